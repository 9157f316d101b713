// SPDX-License-Identifier: Apache-2.0
#include <QtTest>
#include <limits>

#include "kernels/bfloat16.h"
#include "kernels/dense_weight.h"
#include "kernels/reference.h"
#include "tests/kernels/op_fixture.h"

using namespace boolab::kernels;

class TestDenseWeight : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void referenceIsTheSumOfScaledSigns()
    {
        OwnedLayer layer(2, 1, 2);
        layer.bits = {0b01, 0b11};
        layer.scaleOut = {2.0f, 0.5f};
        layer.scaleIn = {1.0f, 3.0f, 4.0f, 8.0f};
        std::vector<float> W(2);
        dense_weight_f32_ref(layer.view(), W.data());
        QCOMPARE(W, (std::vector<float>{2.0f + 2.0f, -6.0f + 4.0f}));
    }

    void float32EqualsReferenceBitForBit_data() { addBackendRows(); }
    void float32EqualsReferenceBitForBit()
    {
        const Backend backend;
        for (const auto& [M, N] : awkwardShapes())
            for (const std::int64_t K : {0, 1, 3}) {
                auto layer = OwnedLayer::random(K, M, N, unsigned(N));
                std::vector<float> actual(std::size_t(M * N)), expected(actual.size());
                dense_weight_f32(layer.view(), actual.data(), backend.threads);
                dense_weight_f32_ref(layer.view(), expected.data());
                const QByteArray difference = firstDifference(actual, expected);
                QVERIFY2(difference.isEmpty(), difference + " at N = " + QByteArray::number(qlonglong(N)));
            }
    }

    void bfloat16EqualsReferenceBitForBit_data() { addBackendRows(); }
    void bfloat16EqualsReferenceBitForBit()
    {
        const Backend backend;
        for (const auto& [M, N] : awkwardShapes()) {
            auto layer = OwnedLayer::random(3, M, N, unsigned(N));
            if (N > 3) layer.scaleIn[3] = std::numeric_limits<float>::quiet_NaN();
            if (N > 4) layer.scaleIn[4] = std::numeric_limits<float>::infinity();
            std::vector<std::uint16_t> actual(std::size_t(M * N)), expected(actual.size());
            dense_weight_bf16(layer.view(), actual.data(), backend.threads);
            dense_weight_bf16_ref(layer.view(), expected.data());
            for (std::size_t i = 0; i < actual.size(); ++i)
                if (bfloat16_to_float(expected[i]) == bfloat16_to_float(expected[i]))
                    QCOMPARE(actual[i], expected[i]);
                else
                    QVERIFY(bfloat16_to_float(actual[i]) != bfloat16_to_float(actual[i]));
        }
    }

    void bfloat16RoundsTiesToEven_data() { addBackendRows(); }
    void bfloat16RoundsTiesToEven()
    {
        const Backend backend;
        OwnedLayer layer(1, 1, 4);
        layer.bits = {0b1111};
        layer.scaleOut = {1.0f};
        layer.scaleIn = {std::bit_cast<float>(0x3f808000u), std::bit_cast<float>(0x3f818000u),
                         std::bit_cast<float>(0x3f808001u), std::bit_cast<float>(0x3f807fffu)};
        std::uint16_t W[4];
        dense_weight_bf16(layer.view(), W, backend.threads);
        QCOMPARE(W[0], 0x3f80);
        QCOMPARE(W[1], 0x3f82);
        QCOMPARE(W[2], 0x3f81);
        QCOMPARE(W[3], 0x3f80);
    }
};

QTEST_APPLESS_MAIN(TestDenseWeight)
#include "test_dense_weight.moc"
