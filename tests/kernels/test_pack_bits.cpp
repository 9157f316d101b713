// SPDX-License-Identifier: Apache-2.0
#include <QtTest>
#include <limits>

#include "kernels/pack_bits.h"
#include "kernels/reference.h"
#include "tests/kernels/op_fixture.h"

using namespace boolab::kernels;

class TestPackBits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void packMatchesReference_data() { addBackendRows(); }
    void packMatchesReference()
    {
        const Backend backend;
        for (const auto& [M, N] : awkwardShapes())
            for (const std::int64_t shift : {0, 1, 3}) {
                auto values = gaussian(M * N + shift, unsigned(N + shift));
                if (M * N > 2) values[std::size_t(shift + 1)] = -0.0f;
                const std::size_t size = std::size_t(M * row_bytes(N));
                std::vector<std::uint8_t> actual(size + 2, 0xA5), expected(size);
                pack_signs(values.data() + shift, M, N, actual.data() + 1, backend.threads);
                pack_signs_ref(values.data() + shift, M, N, expected.data());
                QCOMPARE(actual.front(), 0xA5);
                QCOMPARE(actual.back(), 0xA5);
                const QByteArray difference = firstDifference(
                    std::vector<std::uint8_t>(actual.begin() + 1, actual.end() - 1), expected);
                QVERIFY2(difference.isEmpty(), difference + " at N = " + QByteArray::number(qlonglong(N)));
            }
    }

    void unpackInvertsEveryByte_data() { addBackendRows(); }
    void unpackInvertsEveryByte()
    {
        const Backend backend;
        for (std::int64_t N = 1; N <= 33; ++N) {
            std::vector<std::uint8_t> bits;
            for (int byte = 0; byte < 256; ++byte)
                for (std::int64_t b = 0; b < row_bytes(N); ++b)
                    bits.push_back(std::uint8_t(byte + 37 * b));
            std::vector<float> values(std::size_t(256 * N + 2), 7.0f), expected(std::size_t(256 * N));
            unpack_signs(bits.data(), 256, N, values.data() + 1, backend.threads);
            unpack_signs_ref(bits.data(), 256, N, expected.data());
            QCOMPARE(values.front(), 7.0f);
            QCOMPARE(values.back(), 7.0f);
            const QByteArray difference =
                firstDifference(std::vector<float>(values.begin() + 1, values.end() - 1), expected);
            QVERIFY2(difference.isEmpty(), difference + " at N = " + QByteArray::number(qlonglong(N)));
        }
    }

    void signOfZeroIsPlus_data() { addBackendRows(); }
    void signOfZeroIsPlus()
    {
        const Backend backend;
        const float tiny = std::numeric_limits<float>::denorm_min();
        const float values[] = {0.0f, -0.0f, tiny, -tiny, 1.0f, -1.0f, 0.0f, -2.0f, -3.0f, 4.0f};
        std::uint8_t bits[2];
        pack_signs(values, 1, 10, bits, backend.threads);
        QCOMPARE(int(bits[0]), 0b01010111);
        QCOMPARE(int(bits[1]), 0b10);
    }
};

QTEST_APPLESS_MAIN(TestPackBits)
#include "test_pack_bits.moc"
