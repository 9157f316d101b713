// SPDX-License-Identifier: Apache-2.0
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/reference.h"
#include "tests/kernels/golden_vectors.h"
#include "tests/kernels/op_fixture.h"

using namespace boolab::kernels;

namespace
{

/// A layer in both forms.
struct PackedLayer {
    explicit PackedLayer(OwnedLayer from, int threads = 1)
        : layer(std::move(from)), memory(packed_bytes(layer.K, layer.M, layer.N)),
          packed(pack_kernels(layer.view(), memory.data(), threads))
    {
    }

    OwnedLayer layer;
    AlignedBuffer<std::uint8_t> memory;
    PackedKernels packed;
};

std::vector<float> applied(const PackedLayer& one, const std::vector<float>& x, std::int64_t T, int threads)
{
    std::vector<float> y(std::size_t(T * one.layer.M));
    GemmScratch scratch;
    const GemmTask task{one.packed, x.data(), y.data()};
    bool_gemm({&task, 1}, T, scratch, threads);
    return y;
}

std::vector<float> byReference(const PackedLayer& one, const std::vector<float>& x, std::int64_t T)
{
    std::vector<float> y(std::size_t(T * one.layer.M));
    bool_gemm_ref(one.packed, x.data(), T, y.data());
    return y;
}

std::vector<double> exactly(OwnedLayer layer, const std::vector<float>& x)
{
    const auto view = layer.view();
    std::vector<double> y;
    for (std::int64_t i = 0; i < layer.M; ++i) {
        double sum = 0.0;
        for (std::int64_t k = 0; k < layer.K; ++k)
            for (std::int64_t j = 0; j < layer.N; ++j)
                sum += double(view.scaleOut[k * layer.M + i]) * double(view.sign(k, i, j)) *
                       double(view.scaleIn[k * layer.N + j]) * double(x[std::size_t(j)]);
        y.push_back(sum);
    }
    return y;
}

double rootMeanSquare(const std::vector<double>& values)
{
    double sum = 0.0;
    for (const double value : values)
        sum += value * value;
    return std::sqrt(sum / double(values.size()));
}

/// Of what is quantised, v = scaleIn x: the largest over the root mean square, of the worst kernel.
double largestOverRms(const OwnedLayer& layer, const std::vector<float>& x)
{
    double worst = 0.0;
    for (std::int64_t k = 0; k < layer.K; ++k) {
        std::vector<double> v;
        for (std::int64_t j = 0; j < layer.N; ++j)
            v.push_back(
                std::abs(double(layer.scaleIn[std::size_t(k * layer.N + j)]) * double(x[std::size_t(j)])));
        worst = std::max(worst, *std::ranges::max_element(v) / rootMeanSquare(v));
    }
    return worst;
}

/// Student's t with so many degrees of freedom: tails as heavy as those of real activations.
std::vector<float> heavyTailed(std::int64_t size, double freedom, unsigned seed)
{
    std::mt19937 generator(seed);
    std::student_t_distribution<double> distribution(freedom);
    std::vector<float> values;
    for (std::int64_t i = 0; i < size; ++i)
        values.push_back(float(distribution(generator)));
    return values;
}

/// T tokens, of which every other one has outliers: the first and last columns, neighbours, both sides of a
/// block of columns; N beyond 400. Two tokens that have them are of very different size.
std::vector<float> withOutliers(std::int64_t T, std::int64_t N, float size)
{
    auto x = gaussian(T * N, unsigned(T + N));
    for (std::int64_t t = 0; t < T; t += 2) {
        float* token = x.data() + t * N;
        token[t == 0 ? 0 : N - 1] = 900.0f;
        if (N > 1200) token[1023 + t % 4 / 2] = -700.0f;
        if (N > 2000) token[5] = token[6] = 800.0f;
        if (t % 4 == 2) std::for_each_n(token, N, [](float& value) { value *= 1e-3f; });
    }
    for (float& value : x)
        value *= size;
    return x;
}

} // namespace

class TestBoolGemm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void packingKeepsEveryBit()
    {
        auto shapes = awkwardShapes();
        shapes.insert(shapes.end(), {{64, 1024}, {65, 1025}, {129, 2065}});
        for (const auto& [M, N] : shapes)
            for (const std::int64_t K : {0, 1, 3}) {
                const PackedLayer one(OwnedLayer::random(K, M, N, unsigned(M + N)), 3);
                std::vector<std::uint8_t> back(one.layer.bits.size(), 0xff);
                unpack_kernels(one.packed, back.data());
                const QByteArray difference = firstDifference(back, one.layer.bits);
                QVERIFY2(difference.isEmpty(), difference + " at N = " + QByteArray::number(qlonglong(N)));
                auto layer = one.layer;
                for (std::int64_t k = 0; k < K; ++k)
                    for (std::int64_t i = 0; i < M; ++i)
                        for (std::int64_t j = 0; j < N; ++j)
                            if (one.packed.sign(k, i, j) != layer.view().sign(k, i, j))
                                QFAIL("a sign is not where sign() looks");
            }
    }

    void referenceIsTheSumOfScaledIntegers()
    {
        OwnedLayer layer(2, 1, 2);
        layer.bits = {0b01, 0b11};
        layer.scaleOut = {2.0f, 0.5f};
        layer.scaleIn = {1.0f, 1.0f, 4.0f, 8.0f};
        // Kernel 0: v = (1, 0.25), q = (32767, 8192), S = 24575; kernel 1: v = (4, 2), S = 32767 + 16384.
        const auto y = byReference(PackedLayer(layer), {1.0f, 0.25f}, 1);
        QCOMPARE(y[0], 2.0f * (1.0f / 32767 * 24575.0f) + 0.5f * (4.0f / 32767 * 49151.0f));
    }

    void equalsReferenceBitForBit_data() { addBackendRows(); }
    void equalsReferenceBitForBit()
    {
        const Backend backend;
        auto shapes = awkwardShapes();
        shapes.insert(shapes.end(), {{130, 2100}, {64, 1024}, {1, 3000}});
        for (const auto& [M, N] : shapes)
            for (const std::int64_t K : {0, 1, 2, 8})
                for (const std::int64_t T : {0, 1, 3}) {
                    const PackedLayer one(OwnedLayer::random(K, M, N, unsigned(N)));
                    const auto x = gaussian(T * N, unsigned(M + N));
                    const QByteArray difference =
                        firstDifference(applied(one, x, T, backend.threads), byReference(one, x, T));
                    QVERIFY2(difference.isEmpty(),
                             difference + " at N = " + QByteArray::number(qlonglong(N)));
                }
    }

    void everyNumberOfKernelsEqualsTheReference_data() { addBackendRows(); }
    void everyNumberOfKernelsEqualsTheReference()
    {
        const Backend backend;
        for (std::int64_t K = 0; K <= 8; ++K)
            for (const std::int64_t T : {1, 3}) {
                const PackedLayer one(OwnedLayer::random(K, 67, 43, unsigned(K)));
                const auto x = gaussian(T * 43, 11);
                const QByteArray difference =
                    firstDifference(applied(one, x, T, backend.threads), byReference(one, x, T));
                QVERIFY2(difference.isEmpty(), difference + " at K = " + QByteArray::number(qlonglong(K)));
            }
    }

    void largestSumsFit_data() { addBackendRows(); }
    void largestSumsFit()
    {
        const Backend backend;
        OwnedLayer layer(1, 2, 70000); // more columns than 16-bit activations allow
        std::fill(layer.bits.begin(), layer.bits.begin() + row_bytes(layer.N), std::uint8_t(0xff));
        std::fill(layer.scaleIn.begin(), layer.scaleIn.end(), 1.0f);
        layer.scaleOut = {1.0f, 1.0f};
        const PackedLayer one(layer);
        std::vector<float> x(70000, 1.0f);
        const auto y = applied(one, x, 1, backend.threads);
        QVERIFY(firstDifference(y, byReference(one, x, 1)).isEmpty());
        QVERIFY(std::abs(y[0] - 70000.0f) < 1.0f && std::abs(y[1] + 70000.0f) < 1.0f);
        x[69999] = 1e4f;
        const auto split = applied(one, x, 1, backend.threads);
        QVERIFY(firstDifference(split, byReference(one, x, 1)).isEmpty());
        QVERIFY(std::abs(split[0] - 79999.0f) < 1.0f && std::abs(split[1] + 79999.0f) < 1.0f);
    }

    void outliersAreAPieceOfTheirOwn_data() { addBackendRows(); }
    void outliersAreAPieceOfTheirOwn()
    {
        const Backend backend;
        OwnedLayer layer(1, 1, 401);
        std::fill(layer.bits.begin(), layer.bits.end(), std::uint8_t(0xff));
        layer.bits.back() = 1;
        layer.scaleOut = {1.0f};
        std::fill(layer.scaleIn.begin(), layer.scaleIn.end(), 1.0f);
        std::vector<float> x(401, 1.0f);
        x[17] = 1000.0f;
        // 1000 is 20.02 times the rms. In one step with it 1 would be q = 33, worth 1.007.
        const auto y = applied(PackedLayer(layer), x, 1, backend.threads);
        QCOMPARE(y[0], 1.0f / 32767 * (400.0f * 32767.0f) + 1000.0f / 32767 * 32767.0f);
        // With one column less no row can have outliers: one that carries all is 20 times the rms.
        QVERIFY(!has_outliers(row_scale(1.0f, 32767), 32767, outlier_limit(400, energy_of(32767))));
        QVERIFY(has_outliers(row_scale(1.0f, 32767), 32767, outlier_limit(401, energy_of(32767))));
    }

    void energiesFit32Bits()
    {
        for (const std::int64_t N : {1, 400, 65536, 65538, 65539, 70000, 1000000, 100000000}) {
            const auto most = std::int32_t(largest_activation(N));
            QVERIFY(energy_of(most) * N <= std::numeric_limits<std::int32_t>::max());
            QCOMPARE(outlier_limit(N, std::int32_t(energy_of(most) * N)), 400 * energy_of(most));
        }
    }

    void outliersEqualTheReference_data() { addBackendRows(); }
    void outliersEqualTheReference()
    {
        const Backend backend;
        for (const std::int64_t N : {401, 1600, 2065})
            for (const std::int64_t K : {1, 3})
                for (const std::int64_t T : {1, 2, 5, 18}) {
                    const PackedLayer one(OwnedLayer::random(K, 130, N, unsigned(N + K)));
                    for (const float size : {1.0f, 1e-34f, 1e30f}) {
                        const auto x = withOutliers(T, N, size);
                        const QByteArray difference =
                            firstDifference(applied(one, x, T, backend.threads), byReference(one, x, T));
                        QVERIFY2(difference.isEmpty(),
                                 difference + " at N = " + QByteArray::number(qlonglong(N)));
                    }
                }
    }

    void tokensDoNotSeeEachOthersOutliers_data() { addBackendRows(); }
    void tokensDoNotSeeEachOthersOutliers()
    {
        const Backend backend;
        constexpr std::int64_t N = 1600, T = 5;
        const PackedLayer one(OwnedLayer::random(2, 70, N, 5));
        const auto x = withOutliers(T, N, 1.0f);
        const auto y = applied(one, x, T, backend.threads);
        for (std::int64_t t = 0; t < T; ++t) {
            const std::vector<float> token(x.begin() + t * N, x.begin() + (t + 1) * N);
            const std::vector<float> together(y.begin() + t * 70, y.begin() + (t + 1) * 70);
            QVERIFY(firstDifference(together, applied(one, token, 1, backend.threads)).isEmpty());
        }
    }

    void staysCloseToExactArithmetic_data()
    {
        QTest::addColumn<double>("freedom"); // of Student's t; 0: Gaussian
        QTest::addColumn<int>("outliers");   // so many activations
        QTest::addColumn<double>("size");    // are so large
        QTest::addColumn<double>("scales");  // the freedom of scaleIn
        QTest::newRow("Gaussian") << 0.0 << 0 << 1.0 << 0.0;
        for (const int freedom : {5, 3, 2})
            QTest::addRow("t, %d degrees", freedom) << double(freedom) << 0 << 1.0 << 0.0;
        for (const int size : {15, 19, 20, 21, 25, 50, 100, 300, 1000, 100000000})
            QTest::addRow("an outlier x %d", size) << 0.0 << 1 << double(size) << 0.0;
        for (const int outliers : {2, 3, 8, 20})
            for (const int size : {25, 60, 1000})
                QTest::addRow("%d outliers x %d", outliers, size) << 0.0 << outliers << double(size) << 0.0;
        QTest::newRow("t, 3 degrees, and 3 outliers x 500") << 3.0 << 3 << 500.0 << 0.0;
        for (const int scales : {3, 2})
            QTest::addRow("scales t, %d degrees", scales) << 0.0 << 0 << 1.0 << double(scales);
        QTest::newRow("scales and activations t, 2 degrees") << 2.0 << 0 << 1.0 << 2.0;
        QTest::newRow("scales t, 3 degrees, an outlier x 1000") << 0.0 << 1 << 1000.0 << 3.0;
    }
    /// kernels/bool_gemm.h derives 1.8e-4 for the root mean square over outputs; that of 512 outputs is some
    /// percent off what is expected of it.
    void staysCloseToExactArithmetic()
    {
        QFETCH(double, freedom);
        QFETCH(int, outliers);
        QFETCH(double, size);
        QFETCH(double, scales);
        double worst = 0.0, worstPeak = 0.0;
        for (const std::int64_t N : {576, 1536, 4096})
            for (const unsigned seed : {1U, 2U, 3U, 4U}) {
                auto layer = OwnedLayer::random(2, 512, N, 7 * seed);
                for (auto* values : {&layer.scaleIn, &layer.scaleOut})
                    for (float& scale : *values)
                        scale = 0.05f + 0.02f * scale;
                const auto own = unsigned(N) + seed;
                if (scales > 0) layer.scaleIn = heavyTailed(2 * N, scales, own + 50);
                auto x = freedom > 0 ? heavyTailed(N, freedom, own) : gaussian(N, own);
                for (int i = 0; i < outliers; ++i) // of sizes up to the one named
                    x[(own + std::size_t(i)) * 97 % x.size()] = float(size * (1.0 - 0.5 * i / outliers));
                const auto expected = exactly(layer, x);
                const auto y = applied(PackedLayer(layer), x, 1, 1);
                std::vector<double> errors;
                for (std::size_t i = 0; i < y.size(); ++i)
                    errors.push_back(double(y[i]) - expected[i]);
                const double error = rootMeanSquare(errors) / rootMeanSquare(expected);
                const double peak = largestOverRms(layer, x);
                QVERIFY2(error < 2e-4, QByteArray::number(error) + ", max/rms " + QByteArray::number(peak));
                worst = std::max(worst, error);
                worstPeak = std::max(worstPeak, peak);
            }
        qInfo("largest error %.2e, max/rms up to %.1f", worst, worstPeak);
    }

    void goldenVectorsComeOut_data() { addBackendRows(); }
    void goldenVectorsComeOut()
    {
        const Backend backend;
        const auto golden = readGoldenVectors(BOOLAB_TEST_DATA "/bool_gemm.safetensors");
        QVERIFY2(golden, golden ? "" : golden.error().text().c_str());
        QVERIFY(golden->gemm.size() >= 10);
        for (const GemmVectors& one : golden->gemm) {
            OwnedLayer layer(one.K, one.M, one.N);
            layer.bits = one.bits;
            layer.scaleOut = one.scaleOut;
            layer.scaleIn = one.scaleIn;
            auto y = applied(PackedLayer(layer), one.x, one.T, backend.threads);
            for (std::size_t i = 0; i < y.size(); ++i) // which NaN it is does not matter
                if (std::isnan(y[i]) && std::isnan(one.y[i])) y[i] = one.y[i];
            const QByteArray difference = firstDifference(y, one.y);
            QVERIFY2(difference.isEmpty(), (one.name + ": ").c_str() + difference);
        }
    }

    void severalTasksAreOneAfterAnother_data() { addBackendRows(); }
    void severalTasksAreOneAfterAnother()
    {
        const Backend backend;
        const PackedLayer first(OwnedLayer::random(2, 100, 70, 1)), second(OwnedLayer::random(1, 300, 70, 2)),
            third(OwnedLayer::random(3, 5, 33, 3));
        const auto x = gaussian(2 * 70, 4), z = gaussian(2 * 33, 5);
        std::vector<float> a(200), b(600), c(10);
        const GemmTask tasks[] = {{first.packed, x.data(), a.data()},
                                  {second.packed, x.data(), b.data()},
                                  {third.packed, z.data(), c.data()}};
        GemmScratch scratch;
        for (int repeat = 0; repeat < 2; ++repeat)
            bool_gemm(tasks, 2, scratch, backend.threads);
        QVERIFY(firstDifference(a, byReference(first, x, 2)).isEmpty());
        QVERIFY(firstDifference(b, byReference(second, x, 2)).isEmpty());
        QVERIFY(firstDifference(c, byReference(third, z, 2)).isEmpty());
    }

    void tinyAndZeroScalesAreSound_data() { addBackendRows(); }
    void tinyAndZeroScalesAreSound()
    {
        const Backend backend;
        auto layer = OwnedLayer::random(2, 40, 70, 3);
        for (std::int64_t j = 0; j < 70; ++j) {
            layer.scaleIn[std::size_t(j)] = std::numeric_limits<float>::denorm_min() * float(j + 1);
            layer.scaleIn[std::size_t(70 + j)] = 0.0f;
        }
        for (float& scale : layer.scaleOut)
            scale *= 1e30f;
        const auto x = std::vector<float>(70, 1.0f);
        const auto y = applied(PackedLayer(layer), x, 1, backend.threads);
        QVERIFY(firstDifference(y, byReference(PackedLayer(layer), x, 1)).isEmpty());
        const auto expected = exactly(layer, x);
        for (std::size_t i = 0; i < y.size(); ++i)
            QVERIFY(std::abs(double(y[i]) - expected[i]) < 1e-3 * rootMeanSquare(expected));
    }

    void whatIsNotFiniteShows_data() { addBackendRows(); }
    void whatIsNotFiniteShows()
    {
        const Backend backend;
        const PackedLayer one(OwnedLayer::random(2, 40, 70, 3));
        for (const float bad :
             {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
              std::numeric_limits<float>::quiet_NaN()}) {
            auto x = gaussian(3 * 70, 9);
            const auto sound = applied(one, x, 3, backend.threads);
            x[70 + 69] = bad;
            const auto y = applied(one, x, 3, backend.threads);
            for (std::size_t i = 0; i < 40; ++i) {
                QVERIFY(std::isnan(y[40 + i]));
                QCOMPARE(y[i], sound[i]);
                QCOMPARE(y[80 + i], sound[80 + i]);
            }
        }
    }

    void scalesThatAreNotFiniteShow_data() { addBackendRows(); }
    void scalesThatAreNotFiniteShow()
    {
        const Backend backend;
        const auto x = gaussian(70, 9);
        const auto sound = OwnedLayer::random(2, 40, 70, 3);
        for (const float bad :
             {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
              std::numeric_limits<float>::quiet_NaN()}) {
            auto in = sound; // a column is part of every output
            in.scaleIn[70 + 13] = bad;
            for (const float one : applied(PackedLayer(in), x, 1, backend.threads))
                QVERIFY(std::isnan(one));
            auto out = sound; // a row is an output
            out.scaleOut[40 + 7] = bad;
            const auto y = applied(PackedLayer(out), x, 1, backend.threads),
                       expected = applied(PackedLayer(sound), x, 1, backend.threads);
            for (std::size_t i = 0; i < y.size(); ++i)
                if (i == 7)
                    QVERIFY(!std::isfinite(y[i]));
                else
                    QCOMPARE(y[i], expected[i]);
            QCOMPARE(std::isnan(y[7]), std::isnan(byReference(PackedLayer(out), x, 1)[7]));
        }
    }

    void denormalScalesOfOutputsAreKept_data() { addBackendRows(); }
    void denormalScalesOfOutputsAreKept()
    {
        const Backend backend;
        auto layer = OwnedLayer::random(2, 40, 70, 3);
        for (std::size_t i = 0; i < layer.scaleOut.size(); ++i)
            layer.scaleOut[i] = std::numeric_limits<float>::denorm_min() * float(i % 1000 * 1000 + 1);
        for (float& scale : layer.scaleIn)
            scale *= 1e10f;
        const PackedLayer one(layer);
        const auto x = gaussian(70, 4);
        const auto y = applied(one, x, 1, backend.threads);
        QVERIFY(firstDifference(y, byReference(one, x, 1)).isEmpty());
        const auto expected = exactly(layer, x);
        for (std::size_t i = 0; i < y.size(); ++i)
            QVERIFY(std::abs(double(y[i]) - expected[i]) < 1e-3 * rootMeanSquare(expected));
        QVERIFY(std::ranges::any_of(y, [](float value) { return value != 0.0f; })); // not flushed to 0
    }
};

QTEST_APPLESS_MAIN(TestBoolGemm)
#include "test_bool_gemm.moc"
