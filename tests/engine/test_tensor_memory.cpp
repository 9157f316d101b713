// SPDX-License-Identifier: Apache-2.0
#include "core/engine/tensor_memory.h"

#include <QtTest>
#include <cstring>
#include <random>
#include <torch/all.h>

using namespace boolab;

class TestTensorMemory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void piecesNeverOverlapAndAreReused()
    {
        struct Piece {
            void* memory;
            std::size_t bytes;
            unsigned char mark;
        };
        TensorArenas arenas;
        std::mt19937 random(1);
        std::vector<Piece> held;
        std::size_t most = 0, now = 0;
        for (int i = 0; i < 4000; ++i) {
            if (held.size() < 40 || random() % 2) {
                const std::size_t bytes = TensorArenas::kSmallest + random() % (1 << 20);
                const auto mark = static_cast<unsigned char>(i);
                void* memory = arenas.take(bytes);
                QCOMPARE(reinterpret_cast<std::size_t>(memory) % 64, std::size_t{0});
                std::memset(memory, mark, bytes);
                held.push_back({memory, bytes, mark});
                now += bytes;
                most = std::max(most, now);
            } else {
                std::swap(held[random() % held.size()], held.back());
                const Piece piece = held.back();
                held.pop_back();
                const auto* bytes = static_cast<const unsigned char*>(piece.memory);
                for (std::size_t at = 0; at < piece.bytes; at += 997)
                    QCOMPARE(bytes[at], piece.mark);
                QVERIFY(arenas.giveBack(piece.memory));
                now -= piece.bytes;
            }
        }
        QVERIFY2(arenas.mappedBytes() < 2 * most + (std::size_t{64} << 20), "holes are not reused");
    }

    void theSameSizesAgainNeedNoMoreMemory()
    {
        TensorArenas arenas;
        const auto step = [&] {
            std::vector<void*> kept;
            for (int block = 0; block < 30; ++block) {
                void* passing = arenas.take(3538944);
                for (const std::size_t bytes : {1179648, 393216, 3145728})
                    kept.push_back(arenas.take(bytes));
                arenas.giveBack(passing);
            }
            for (void* memory : kept)
                arenas.giveBack(memory);
        };
        step();
        const std::size_t first = arenas.mappedBytes();
        for (int i = 0; i < 5; ++i)
            step();
        QCOMPARE(arenas.mappedBytes(), first);
        QVERIFY(first < std::size_t{256} << 20);
    }

    void foreignMemoryIsRefused()
    {
        TensorArenas arenas;
        int there = 0;
        QVERIFY(!arenas.giveBack(&there));
    }

    void tensorsOfEverySizeWorkAcrossTheSwitch()
    {
        const at::Tensor before = torch::ones({1000, 1000});
        useTensorArenas();
        for (const std::int64_t size : {1, 1000, 100000, 20000000}) {
            at::Tensor x = torch::full({size}, 2.0f);
            QCOMPARE(x.sum(torch::kDouble).item<double>(), 2.0 * static_cast<double>(size));
            x.resize_({size + 3});
        }
        QCOMPARE((before + torch::ones({1000, 1000})).sum().item<double>(), 2e6);
    }
};

QTEST_GUILESS_MAIN(TestTensorMemory)
#include "test_tensor_memory.moc"
