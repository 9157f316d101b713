// SPDX-License-Identifier: Apache-2.0
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/reference.h"
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
        const std::vector<float> x(70000, 1.0f);
        const auto y = applied(one, x, 1, backend.threads);
        QVERIFY(firstDifference(y, byReference(one, x, 1)).isEmpty());
        QVERIFY(std::abs(y[0] - 70000.0f) < 1.0f && std::abs(y[1] + 70000.0f) < 1.0f);
    }

    void staysCloseToExactArithmetic_data()
    {
        QTest::addColumn<double>("freedom");
        QTest::addColumn<double>("outlier"); // one activation is so many times as large
        QTest::newRow("Gaussian") << 0.0 << 1.0;
        QTest::newRow("t, 5 degrees") << 5.0 << 1.0;
        QTest::newRow("t, 3 degrees") << 3.0 << 1.0;
        for (const int outlier : {50, 100, 300, 1000})
            QTest::addRow("an outlier x %d", outlier) << 0.0 << double(outlier);
    }
    /// A step is max|v| / 32767, its rounding a uniform error: over the output's rms that is (max|v| / rms v)
    /// / (32767 sqrt(12)), 8.8e-6 max/rms.
    void staysCloseToExactArithmetic()
    {
        QFETCH(double, freedom);
        QFETCH(double, outlier);
        // The rms of 256 outputs, and that of their errors, are some percent off what is expected of them.
        constexpr double kPerPeak = 8.9e-6, kSlack = 1.35;
        double worst = 0.0, worstPeak = 0.0, worstShare = 0.0;
        for (const std::int64_t N : {576, 1536, 4096})
            for (const unsigned seed : {1U, 2U, 3U, 4U}) {
                auto layer = OwnedLayer::random(2, 256, N, 7 * seed);
                for (auto* scales : {&layer.scaleIn, &layer.scaleOut})
                    for (float& scale : *scales)
                        scale = 0.05f + 0.02f * scale;
                const auto own = unsigned(N) + seed;
                auto x = freedom > 0 ? heavyTailed(N, freedom, own) : gaussian(N, own);
                if (outlier > 1) x[std::size_t(own) * 97 % x.size()] = float(outlier);
                const auto expected = exactly(layer, x);
                const auto y = applied(PackedLayer(layer), x, 1, 1);
                std::vector<double> errors;
                for (std::size_t i = 0; i < y.size(); ++i)
                    errors.push_back(double(y[i]) - expected[i]);
                const double error = rootMeanSquare(errors) / rootMeanSquare(expected);
                const double peak = largestOverRms(layer, x), share = error / (kPerPeak * peak);
                QVERIFY2(share < kSlack, QByteArray::number(error) + ", max/rms " + QByteArray::number(peak));
                worst = std::max(worst, error);
                worstPeak = std::max(worstPeak, peak);
                worstShare = std::max(worstShare, share);
            }
        // Without outliers the 2e-4 that was asked for holds; docs/decoder.md says where it does not.
        if (outlier == 1 && freedom == 0) QVERIFY2(worst < 2e-4, QByteArray::number(worst));
        qInfo("largest error %.2e, max/rms up to %.1f, at most %.2f of the bound", worst, worstPeak,
              worstShare);
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
