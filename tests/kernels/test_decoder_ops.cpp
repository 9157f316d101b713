// SPDX-License-Identifier: Apache-2.0
// What a decoder runs beside bool_gemm: row_gemm, attention.
#include <QtTest>
#include <cmath>
#include <limits>

#include "kernels/bfloat16.h"
#include "kernels/reference.h"
#include "tests/kernels/op_fixture.h"

using namespace boolab::kernels;

namespace
{

/// One weight in the three types.
struct Weights {
    Weights(std::int64_t M, std::int64_t N, unsigned seed)
        : M(M), N(N), wide(gaussian(M * N, seed)), bytes(wide.size()), scale(std::size_t(M))
    {
        for (const float value : wide)
            narrow.push_back(float_to_bfloat16(value));
        quantize_rows(wide.data(), M, N, bytes.data(), scale.data(), 2);
    }
    std::vector<RowMatrix> all() const
    {
        return {{RowMatrix::Type::Float32, M, N, wide.data(), nullptr},
                {RowMatrix::Type::BFloat16, M, N, narrow.data(), nullptr},
                {RowMatrix::Type::Int8, M, N, bytes.data(), scale.data()}};
    }

    std::int64_t M, N;
    std::vector<float> wide;
    std::vector<std::uint16_t> narrow;
    std::vector<std::int8_t> bytes;
    std::vector<float> scale;
};

/// Keys (positions, kvHeads, D) as the cache has them.
std::vector<float> keyCache(const std::vector<float>& keys, std::int64_t kvHeads, std::int64_t D)
{
    const std::int64_t width = kvHeads * D, positions = std::int64_t(keys.size()) / width;
    std::vector<float> cache(std::size_t(key_cache_size(positions, kvHeads, D)));
    for (std::int64_t p = 0; p < positions; ++p)
        store_keys(keys.data() + p * width, p, kvHeads, D, cache.data());
    return cache;
}

/// softmax(q k / sqrt(D)) v of the newest position, from rows.
std::vector<double> attendExactly(const std::vector<float>& q, const std::vector<float>& keys,
                                  const std::vector<float>& values, std::int64_t H, std::int64_t kvHeads,
                                  std::int64_t D)
{
    const std::int64_t width = kvHeads * D, positions = std::int64_t(keys.size()) / width;
    std::vector<double> y;
    for (std::int64_t h = 0; h < H; ++h) {
        const std::int64_t head = h / (H / kvHeads) * D;
        std::vector<double> shares;
        double total = 0.0;
        for (std::int64_t p = 0; p < positions; ++p) {
            double dot = 0.0;
            for (std::int64_t d = 0; d < D; ++d)
                dot += double(q[std::size_t(h * D + d)]) * double(keys[std::size_t(p * width + head + d)]);
            shares.push_back(std::exp(dot / std::sqrt(double(D))));
            total += shares.back();
        }
        for (std::int64_t d = 0; d < D; ++d) {
            double sum = 0.0;
            for (std::int64_t p = 0; p < positions; ++p)
                sum += shares[std::size_t(p)] / total * double(values[std::size_t(p * width + head + d)]);
            y.push_back(sum);
        }
    }
    return y;
}

} // namespace

class TestDecoderOps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowGemmEqualsReferenceBitForBit_data() { addBackendRows(); }
    void rowGemmEqualsReferenceBitForBit()
    {
        const Backend backend;
        for (const auto& [M, N] : awkwardShapes()) {
            const Weights weights(M, N, unsigned(N));
            const auto x = gaussian(3 * N, 5);
            for (const RowMatrix& W : weights.all()) {
                std::vector<float> actual(std::size_t(3 * M)), expected(actual.size());
                row_gemm(W, x.data(), 3, actual.data(), backend.threads);
                row_gemm_ref(W, x.data(), 3, expected.data());
                const QByteArray difference = firstDifference(actual, expected);
                QVERIFY2(difference.isEmpty(), difference + " at N = " + QByteArray::number(qlonglong(N)));
            }
        }
    }

    void rowGemmIsTheProduct()
    {
        const Weights weights(5, 700, 3);
        const auto x = gaussian(700, 4);
        for (const RowMatrix& W : weights.all()) {
            std::vector<double> expected;
            std::vector<float> row(700), y(5);
            for (std::int64_t i = 0; i < 5; ++i) {
                copy_row(W, i, row.data());
                double sum = 0.0;
                for (std::size_t j = 0; j < row.size(); ++j)
                    sum += double(row[j]) * double(x[j]);
                expected.push_back(sum);
            }
            row_gemm(W, x.data(), 1, y.data(), 1);
            QVERIFY(relativeDistance(y, expected) < (W.type == RowMatrix::Type::Int8 ? 3e-4 : 1e-6));
        }
    }

    void rowsInBytesAreCloseAndZerosStay()
    {
        std::vector<float> W = gaussian(2 * 100, 1);
        std::fill_n(W.begin(), 100, 0.0f);
        std::vector<std::int8_t> values(200);
        std::vector<float> scale(2);
        quantize_rows(W.data(), 2, 100, values.data(), scale.data(), 1);
        QCOMPARE(scale[0], 0.0f);
        for (std::size_t j = 0; j < 200; ++j)
            QVERIFY(std::abs(float(values[j]) * scale[j / 100] - W[j]) <= 0.5001f * scale[j / 100]);
    }

    void attentionIsTheSoftmaxOfProducts()
    {
        for (const std::int64_t D : {3, 64, 130})
            for (const std::int64_t positions : {1, 16, 37}) {
                const auto keys = gaussian(positions * 2 * D, 1), values = gaussian(positions * 2 * D, 2),
                           q = gaussian(4 * D, 3), cache = keyCache(keys, 2, D);
                std::vector<float> y(q.size());
                attention({cache.data(), values.data(), 2, D}, q.data(), positions - 1, 1, 4, y.data(), 1);
                QVERIFY(relativeDistance(y, attendExactly(q, keys, values, 4, 2, D)) < 2e-6);
            }
    }

    void attentionAgreesWithTheReference_data() { addBackendRows(); }
    void attentionAgreesWithTheReference()
    {
        const Backend backend;
        for (const std::int64_t D : {2, 16, 34, 64})
            for (const std::int64_t first : {0, 1, 70})
                for (const std::int64_t T : {1, 3}) {
                    constexpr std::int64_t kHeads = 6, kKv = 2;
                    const auto keys = gaussian((first + T) * kKv * D, 1),
                               values = gaussian((first + T) * kKv * D, 2), q = gaussian(T * kHeads * D, 3);
                    const auto stored = keyCache(keys, kKv, D);
                    const AttentionCache cache{stored.data(), values.data(), kKv, D};
                    std::vector<float> y(q.size()), expected(q.size());
                    attention(cache, q.data(), first, T, kHeads, y.data(), backend.threads);
                    attention_ref(cache, q.data(), first, T, kHeads, expected.data());
                    QVERIFY(relativeDistance(y, {expected.begin(), expected.end()}) < 2e-6);
                }
    }

    void attentionGivesTheSameBitsEverywhere()
    {
        const auto keys = gaussian(50 * 2 * 34, 1), values = gaussian(50 * 2 * 34, 2),
                   q = gaussian(4 * 34, 3);
        const auto stored = keyCache(keys, 2, 34);
        std::vector<std::vector<float>> results;
        for (const auto& isa : supported_isas()) {
            if (isa == "reference") continue;
            QVERIFY(force_isa(isa));
            for (const int threads : {1, 3}) {
                std::vector<float> y(q.size());
                attention({stored.data(), values.data(), 2, 34}, q.data(), 49, 1, 4, y.data(), threads);
                results.push_back(y);
            }
        }
        QVERIFY(force_isa(""));
        for (const auto& result : results)
            QVERIFY(firstDifference(result, results.front()).isEmpty());
    }

    void attentionShowsWhatIsNotANumber()
    {
        auto keys = gaussian(3 * 4, 1);
        const auto values = gaussian(3 * 4, 2), q = gaussian(2 * 4, 3);
        keys[1] = std::numeric_limits<float>::quiet_NaN();
        std::vector<float> y(8);
        const auto stored = keyCache(keys, 1, 4);
        attention({stored.data(), values.data(), 1, 4}, q.data(), 2, 1, 2, y.data(), 1);
        for (const float value : y)
            QVERIFY(std::isnan(value));
    }
};

QTEST_APPLESS_MAIN(TestDecoderOps)
#include "test_decoder_ops.moc"
