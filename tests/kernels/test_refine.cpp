// SPDX-License-Identifier: Apache-2.0
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>
#include <cmath>

#include "kernels/dense_weight.h"
#include "kernels/reference.h"
#include "kernels/svid.h"
#include "tests/kernels/golden_file.h"
#include "tests/kernels/op_fixture.h"

using namespace boolab::kernels;

namespace
{

constexpr double kPrototypeTolerance = 1e-4;

double weightedError(const std::vector<float>& W, const std::vector<float>& weights, OwnedLayer& layer)
{
    std::vector<float> approximation(W.size());
    dense_weight_f32_ref(layer.view(), approximation.data());
    double error = 0.0, whole = 0.0;
    for (std::size_t i = 0; i < W.size(); ++i) {
        const double d = double(weights[i % std::size_t(layer.N)]);
        error += d * std::pow(double(W[i]) - double(approximation[i]), 2);
        whole += d * std::pow(double(W[i]), 2);
    }
    return error / whole;
}

struct Golden {
    Golden() : json(QJsonDocument::fromJson(goldenFile("svid.json")).object()), reader(goldenFile("svid.f32"))
    {
        M = json["rows"].toInt();
        N = json["columns"].toInt();
        W = reader.take<float>(M * N);
        weights = reader.take<float>(N);
    }

    double error(const char* method, std::int64_t K) const
    {
        return json[method].toArray()[K - 1].toDouble();
    }

    QJsonObject json;
    GoldenReader reader;
    std::int64_t M, N;
    std::vector<float> W, weights;
};

void compareRelative(double actual, double expected, double tolerance)
{
    QVERIFY2(std::abs(actual - expected) <= tolerance * expected,
             QByteArray::number(actual, 'g', 9) + ", expected " + QByteArray::number(expected, 'g', 9));
}

} // namespace

class TestRefine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void errorsEqualTheNumpyReference_data() { addBackendRows(); }
    void errorsEqualTheNumpyReference()
    {
        const Backend backend;
        const Golden golden;
        const RefineConfig config{.maxRounds = golden.json["rounds"].toInt(), .tolerance = 0.0};
        for (std::int64_t K = 1; K <= 4; ++K) {
            OwnedLayer layer(K, golden.M, golden.N);
            std::vector<double> errors{std::vector<double>(std::size_t(K))};
            svid(golden.W.data(), layer.view(), errors.data(), backend.threads);
            compareRelative(errors.back(), golden.error("svid", K), kPrototypeTolerance);
            refine(golden.W.data(), nullptr, config, layer.view(), errors.data(), backend.threads);
            compareRelative(errors.back(), golden.error("refined", K), kPrototypeTolerance);
            refine(golden.W.data(), golden.weights.data(), config, layer.view(), errors.data(),
                   backend.threads);
            compareRelative(errors.back(), golden.error("calibrated", K), kPrototypeTolerance);
        }
    }

    void matchesReferenceOnAwkwardShapes_data() { addBackendRows(); }
    void matchesReferenceOnAwkwardShapes()
    {
        const Backend backend;
        const RefineConfig config{.maxRounds = 2, .tolerance = 0.0};
        for (const auto& [M, N] : awkwardShapes()) {
            if (M * N > 40000) continue; // the scalar loops would take seconds per backend
            const auto W = gaussian(M * N, unsigned(N), 0.02f);
            OwnedLayer actual(3, M, N), expected(3, M, N);
            std::vector<double> errors(3), expectedErrors(3);
            refine(W.data(), nullptr, config, actual.view(), errors.data(), backend.threads);
            refine_ref(W.data(), nullptr, config, expected.view(), expectedErrors.data());
            // A weight between two levels may fall either way; the smaller the layer, the more it counts.
            QVERIFY2(errors[2] <= 1.02 * expectedErrors[2] + 1e-9,
                     QByteArray::number(errors[2]) + ", expected " + QByteArray::number(expectedErrors[2]) +
                         " at N = " + QByteArray::number(qlonglong(N)));
        }
    }

    void everySignIsTheNearestLevel_data() { addBackendRows(); }
    void everySignIsTheNearestLevel()
    {
        const Backend backend;
        for (std::int64_t K = 1; K <= 6; ++K) {
            const std::int64_t M = 9, N = 21;
            const auto W = gaussian(M * N, 7, 0.02f);
            OwnedLayer layer(K, M, N);
            // One round assigns, one more assigns and stops: the last pass was an assignment.
            refine(W.data(), nullptr, {.maxRounds = 2, .tolerance = 0.999}, layer.view(), nullptr,
                   backend.threads);
            std::vector<float> approximation(W.size());
            dense_weight_f32_ref(layer.view(), approximation.data());
            for (std::int64_t i = 0; i < M; ++i)
                for (std::int64_t j = 0; j < N; ++j) {
                    const float w = W[std::size_t(i * N + j)];
                    const float distance = std::abs(w - approximation[std::size_t(i * N + j)]);
                    for (int code = 0; code < 1 << K; ++code) {
                        float level = 0.0f;
                        for (std::int64_t k = 0; k < K; ++k)
                            level += (code >> k & 1 ? 1.0f : -1.0f) * layer.scaleOut[std::size_t(k * M + i)] *
                                     layer.scaleIn[std::size_t(k * N + j)];
                        QVERIFY(distance <= std::abs(w - level) + 1e-6f);
                    }
                }
        }
    }

    void errorNeverRisesWithMoreRounds_data() { addBackendRows(); }
    void errorNeverRisesWithMoreRounds()
    {
        const Backend backend;
        const auto W = gaussian(64 * 96, 31);
        for (const std::int64_t K : {1, 2, 3}) {
            OwnedLayer layer(K, 64, 96);
            std::vector<double> errors(static_cast<std::size_t>(K));
            svid(W.data(), layer.view(), errors.data(), backend.threads);
            double before = errors.back();
            for (const int rounds : {0, 1, 2, 4, 8}) {
                refine(W.data(), nullptr, {.maxRounds = rounds, .tolerance = 0.0}, layer.view(),
                       errors.data(), backend.threads);
                QVERIFY2(errors.back() <= before * (1.0 + 1e-6), QByteArray::number(rounds));
                before = errors.back();
            }
        }
    }

    void errorIsThatOfTheDenseWeight_data() { addBackendRows(); }
    void errorIsThatOfTheDenseWeight()
    {
        const Backend backend;
        const auto W = gaussian(50 * 77, 37);
        std::vector<float> weights(77);
        for (std::size_t j = 0; j < weights.size(); ++j)
            weights[j] = j % 5 == 0 ? 20.0f : 0.1f;
        OwnedLayer layer(3, 50, 77);
        std::vector<double> errors(3);
        refine(W.data(), weights.data(), {}, layer.view(), errors.data(), backend.threads);
        compareRelative(errors[2], weightedError(W, weights, layer), 1e-5);
    }

    void columnWeightsLowerTheWeightedError_data() { addBackendRows(); }
    void columnWeightsLowerTheWeightedError()
    {
        const Backend backend;
        const Golden golden;
        OwnedLayer plain(2, golden.M, golden.N), weighted(2, golden.M, golden.N);
        refine(golden.W.data(), nullptr, {}, plain.view(), nullptr, backend.threads);
        refine(golden.W.data(), golden.weights.data(), {}, weighted.view(), nullptr, backend.threads);
        QVERIFY(weightedError(golden.W, golden.weights, weighted) <
                weightedError(golden.W, golden.weights, plain));
    }

    void columnsWithoutWeightStayFinite_data() { addBackendRows(); }
    void columnsWithoutWeightStayFinite()
    {
        const Backend backend;
        const auto W = gaussian(20 * 30, 41);
        std::vector<float> weights(30, 1.0f);
        weights[4] = 0.0f;
        OwnedLayer layer(3, 20, 30);
        refine(W.data(), weights.data(), {}, layer.view(), nullptr, backend.threads);
        for (const float scale : layer.scaleIn)
            QVERIFY(std::isfinite(scale));
        for (const float scale : layer.scaleOut)
            QVERIFY(std::isfinite(scale));
    }

    void zeroMatrixGivesZeroScales_data() { addBackendRows(); }
    void zeroMatrixGivesZeroScales()
    {
        const Backend backend;
        const std::vector<float> W(20 * 30);
        auto layer = OwnedLayer::random(2, 20, 30, 43);
        std::vector<double> errors(2, 1.0);
        refine(W.data(), nullptr, {}, layer.view(), errors.data(), backend.threads);
        for (const float scale : layer.scaleOut)
            QCOMPARE(scale, 0.0f);
        for (const float scale : layer.scaleIn)
            QCOMPARE(scale, 0.0f);
        QCOMPARE(errors, std::vector<double>(2, 0.0));
    }

    void sameBitsForEveryIsaAndThreadCount()
    {
        const auto W = gaussian(100 * 133, 47);
        for (const std::int64_t K : {1, 2, 3, 5}) {
            OwnedLayer expected(K, 100, 133);
            QVERIFY(force_isa(supported_isas().front()).has_value());
            refine(W.data(), nullptr, {}, expected.view(), nullptr, 1);
            for (const auto& isa : supported_isas()) {
                if (isa == "reference") continue;
                QVERIFY(force_isa(isa).has_value());
                for (const int threads : {1, 2, 5}) {
                    OwnedLayer layer(K, 100, 133);
                    refine(W.data(), nullptr, {}, layer.view(), nullptr, threads);
                    QVERIFY(layer == expected);
                }
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestRefine)
#include "test_refine.moc"
