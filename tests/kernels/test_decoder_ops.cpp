// SPDX-License-Identifier: Apache-2.0
// What a decoder runs beside bool_gemm: row_gemm, attention.
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/aligned_buffer.h"
#include "kernels/bfloat16.h"
#include "kernels/float16.h"
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

/// Keys and values (positions, kvHeads, D) in pages, behind another layer's.
class Pages
{
public:
    Pages(CacheType type, const std::vector<float>& keys, const std::vector<float>& values,
          std::int64_t kvHeads, std::int64_t D)
    {
        const std::int64_t width = kvHeads * D, positions = std::int64_t(keys.size()) / width;
        const std::int64_t bytes = page_bytes(type, kvHeads, D);
        for (std::int64_t page = 0; page < page_count(positions); ++page) {
            m_memory.emplace_back(2 * bytes);
            m_pages.push_back(m_memory.back().data());
        }
        cache = {type, kvHeads, D, m_pages.data(), bytes};
        for (std::int64_t p = 0; p < positions; ++p)
            store_position(cache, p, keys.data() + p * width, values.data() + p * width);
    }

    AttentionCache cache;

private:
    std::vector<AlignedBuffer<std::uint8_t>> m_memory;
    std::vector<std::uint8_t*> m_pages;
};

constexpr CacheType kCacheTypes[] = {CacheType::Float32, CacheType::Float16};

std::vector<float> roundedToHalves(std::vector<float> values)
{
    for (float& value : values)
        value = float16_to_float(float_to_float16(value));
    return values;
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

    void rowsInBytesAreRoundedToTheNearestEven()
    {
        std::vector<float> W = gaussian(37, 3);
        W.insert(W.end(), {127.0f, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 126.5f, -126.5f, 0.49999997f, -127.0f});
        const auto N = static_cast<std::int64_t>(W.size()); // odd, and more than whole vectors
        std::vector<std::int8_t> values(W.size());
        float scale = 0;
        quantize_rows(W.data(), 1, N, values.data(), &scale, 1);
        QCOMPARE(scale, 1.0f);
        for (std::size_t j = 0; j < W.size(); ++j)
            QCOMPARE(int{values[j]}, static_cast<int>(std::nearbyint(W[j])));
    }

    void rowsInBytesShowWhatIsNotFinite_data() { addBackendRows(); }
    void rowsInBytesShowWhatIsNotFinite()
    {
        const Backend backend;
        constexpr float kNan = std::numeric_limits<float>::quiet_NaN(),
                        kInfinite = std::numeric_limits<float>::infinity();
        constexpr std::int64_t N = 37; // two vectors of maxima and a rest
        for (const std::int64_t place : {0, 17, 36}) {
            std::vector<float> W = gaussian(5 * N, 2);
            W[std::size_t(1 * N + place)] = kNan;
            W[std::size_t(2 * N + place)] = -kInfinite;
            W[std::size_t(3 * N + place)] = -kNan; // beside an infinity
            W[std::size_t(3 * N + (place + 1) % N)] = kInfinite;
            std::vector<std::int8_t> values(W.size());
            std::vector<float> scale(5), y(5), row(std::size_t{N});
            quantize_rows(W.data(), 5, N, values.data(), scale.data(), backend.threads);
            QVERIFY(std::isfinite(scale[0]) && std::isfinite(scale[4]));
            QVERIFY(std::isnan(scale[1]) && std::isnan(scale[3]));
            QCOMPARE(scale[2], kInfinite);
            const RowMatrix bytes{RowMatrix::Type::Int8, 5, N, values.data(), scale.data()};
            const auto x = gaussian(N, 3);
            row_gemm(bytes, x.data(), 1, y.data(), backend.threads);
            for (const std::size_t i : {0, 1, 2, 3, 4}) {
                const bool sound = i == 0 || i == 4;
                QCOMPARE(std::isfinite(y[i]), sound);
                copy_row(bytes, std::int64_t(i), row.data());
                QCOMPARE(std::ranges::all_of(row, [](float one) { return std::isfinite(one); }), sound);
            }
        }
    }

    void tinyRowsInBytesKeepTheirZeros()
    {
        const std::vector<float> W = {0.0f, std::numeric_limits<float>::denorm_min(), 0.0f, -1e-38f};
        std::vector<std::int8_t> values(4, 7);
        std::vector<float> scale(2), row(2);
        quantize_rows(W.data(), 2, 2, values.data(), scale.data(), 1);
        for (const std::int64_t i : {0, 1}) {
            copy_row({RowMatrix::Type::Int8, 2, 2, values.data(), scale.data()}, i, row.data());
            QCOMPARE(row[0], 0.0f);
            QVERIFY(std::abs(row[1]) <= 1e-38f);
        }
    }

    void attentionIsTheSoftmaxOfProducts()
    {
        for (const CacheType type : kCacheTypes)
            for (const std::int64_t D : {3, 64, 130})
                for (const std::int64_t positions : {1, 16, 37, 64, 65, 200}) {
                    auto keys = gaussian(positions * 2 * D, 1), values = gaussian(positions * 2 * D, 2);
                    const auto q = gaussian(4 * D, 3);
                    const Pages pages(type, keys, values, 2, D);
                    if (type == CacheType::Float16) {
                        keys = roundedToHalves(keys);
                        values = roundedToHalves(values);
                    }
                    std::vector<float> y(q.size());
                    const AttentionTask task{pages.cache, q.data(), y.data(), positions - 1, 1};
                    attention({&task, 1}, 4, 1);
                    QVERIFY(relativeDistance(y, attendExactly(q, keys, values, 4, 2, D)) < 2e-6);
                }
    }

    void attentionAgreesWithTheReference_data() { addBackendRows(); }
    void attentionAgreesWithTheReference()
    {
        const Backend backend;
        for (const CacheType type : kCacheTypes)
            for (const std::int64_t D : {2, 16, 34, 64})
                for (const std::int64_t first : {0, 1, 61, 140})
                    for (const std::int64_t T : {1, 3, 70}) {
                        constexpr std::int64_t kHeads = 6, kKv = 2;
                        const auto keys = gaussian((first + T) * kKv * D, 1),
                                   values = gaussian((first + T) * kKv * D, 2),
                                   q = gaussian(T * kHeads * D, 3);
                        const Pages pages(type, keys, values, kKv, D);
                        std::vector<float> y(q.size()), expected(q.size());
                        const AttentionTask task{pages.cache, q.data(), y.data(), first, T};
                        attention({&task, 1}, kHeads, backend.threads);
                        attention_ref({pages.cache, q.data(), expected.data(), first, T}, kHeads);
                        QVERIFY(relativeDistance(y, {expected.begin(), expected.end()}) < 2e-6);
                    }
    }

    /// Alone or together, by one thread or several, one position at a time or many.
    void attentionGivesTheSameBitsEverywhere()
    {
        constexpr std::int64_t kHeads = 10, kKv = 2, D = 34, kLong = 150, kShort = 9, kTokens = 20;
        const auto keys = gaussian(kLong * kKv * D, 1), values = gaussian(kLong * kKv * D, 2),
                   q = gaussian(kTokens * kHeads * D, 3), one = gaussian(kHeads * D, 4);
        for (const CacheType type : kCacheTypes) {
            const Pages pages(type, keys, values, kKv, D);
            std::vector<std::vector<float>> results;
            for (const auto& isa : supported_isas()) {
                if (isa == "reference") continue;
                QVERIFY(force_isa(isa));
                for (const int threads : {1, 3, 20}) {
                    std::vector<float> many(q.size()), single(q.size()), y(one.size()), beside(one.size());
                    const AttentionTask tasks[] = {
                        {pages.cache, q.data(), many.data(), kLong - kTokens, kTokens},
                        {pages.cache, one.data(), beside.data(), kShort - 1, 1}};
                    attention(tasks, kHeads, threads);
                    for (std::int64_t t = 0; t < kTokens; ++t) {
                        const std::int64_t row = t * kHeads * D;
                        const AttentionTask task{pages.cache, q.data() + row, single.data() + row,
                                                 kLong - kTokens + t, 1};
                        attention({&task, 1}, kHeads, threads);
                    }
                    attention({&tasks[1], 1}, kHeads, threads);
                    y = beside;
                    QVERIFY(firstDifference(many, single).isEmpty());
                    results.push_back(many);
                    results.back().insert(results.back().end(), y.begin(), y.end());
                }
            }
            QVERIFY(force_isa(""));
            for (const auto& result : results)
                QVERIFY(firstDifference(result, results.front()).isEmpty());
        }
    }

    /// In the first page, in a later one, and not in the rows before it.
    void attentionShowsWhatIsNotANumber()
    {
        for (const CacheType type : kCacheTypes)
            for (const std::int64_t place : {1, 67}) {
                auto keys = gaussian(70 * 4, 1);
                const auto values = gaussian(70 * 4, 2), q = gaussian(70 * 2 * 4, 3);
                keys[std::size_t(place * 4 + 1)] = std::numeric_limits<float>::quiet_NaN();
                std::vector<float> y(q.size());
                const Pages pages(type, keys, values, 1, 4);
                const AttentionTask task{pages.cache, q.data(), y.data(), 0, 70};
                attention({&task, 1}, 2, 1);
                for (std::size_t i = 0; i < y.size(); ++i)
                    QCOMPARE(std::isnan(y[i]), std::int64_t(i) / 8 >= place);
            }
    }

    /// Every half, and what rounds to it from both sides.
    void halvesAreRoundedAsTheyAreDefined()
    {
        for (const auto& isa : supported_isas()) {
            if (isa == "reference") continue;
            QVERIFY(force_isa(isa));
            for (std::uint32_t half = 0; half < 0x10000; half += 16) {
                std::vector<float> numbers;
                for (std::uint32_t i = 0; i < 16; ++i) {
                    const float exact = float16_to_float(std::uint16_t(half + i));
                    numbers.insert(numbers.end(),
                                   {exact, exact * 1.00024f, exact * 1.0003f, exact * 0.9997f});
                }
                const Pages pages(CacheType::Float16, numbers, numbers, 1, 64);
                const auto* head = head_page<std::uint16_t>(pages.cache, 0, 0);
                for (std::size_t i = 0; i < numbers.size(); ++i) {
                    QCOMPARE(head[kPagePositions * 64 + std::int64_t(i)], float_to_float16(numbers[i]));
                    QCOMPARE(head[i * std::size_t(kLanes)], float_to_float16(numbers[i]));
                }
            }
        }
        QVERIFY(force_isa(""));
    }
};

QTEST_APPLESS_MAIN(TestDecoderOps)
#include "test_decoder_ops.moc"
