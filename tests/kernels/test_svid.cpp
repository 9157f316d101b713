// SPDX-License-Identifier: Apache-2.0
#include <QtTest>
#include <cmath>
#include <numbers>

#include "kernels/dense_weight.h"
#include "kernels/reference.h"
#include "kernels/svid.h"
#include "tests/kernels/op_fixture.h"

using namespace boolab::kernels;

namespace
{

double relativeError(const std::vector<float>& W, OwnedLayer& layer)
{
    std::vector<float> approximation(W.size());
    dense_weight_f32_ref(layer.view(), approximation.data());
    double error = 0.0, whole = 0.0;
    for (std::size_t i = 0; i < W.size(); ++i) {
        error += std::pow(double(W[i]) - double(approximation[i]), 2);
        whole += std::pow(double(W[i]), 2);
    }
    return error / whole;
}

} // namespace

class TestSvid : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void matchesReference_data() { addBackendRows(); }
    void matchesReference()
    {
        const Backend backend;
        for (const auto& [M, N] : awkwardShapes()) {
            const auto W = gaussian(M * N, unsigned(N), 0.02f);
            OwnedLayer actual(3, M, N), expected(3, M, N);
            std::vector<double> errors(3, -1.0), expectedErrors(3, -1.0);
            svid(W.data(), actual.view(), errors.data(), backend.threads);
            svid_ref(W.data(), nullptr, expected.view(), expectedErrors.data());
            for (std::size_t k = 0; k < 3; ++k) {
                const double slack = 1e-5 * expectedErrors[k] + 1e-12;
                QVERIFY2(std::abs(errors[k] - expectedErrors[k]) <= slack,
                         QByteArray::number(errors[k]) + ", expected " +
                             QByteArray::number(expectedErrors[k]) +
                             " at N = " + QByteArray::number(qlonglong(N)));
            }
        }
    }

    void firstKernelIsTheRankOneOptimum_data() { addBackendRows(); }
    void firstKernelIsTheRankOneOptimum()
    {
        const Backend backend;
        const auto W = gaussian(90 * 70, 11);
        OwnedLayer actual(1, 90, 70), expected(1, 90, 70);
        svid(W.data(), actual.view(), nullptr, backend.threads);
        svid_ref(W.data(), nullptr, expected.view(), nullptr);
        QVERIFY(actual.bits == expected.bits);
        QVERIFY(relativeDistance(actual.scaleOut, {expected.scaleOut.begin(), expected.scaleOut.end()}) <
                1e-5);
        QVERIFY(relativeDistance(actual.scaleIn, {expected.scaleIn.begin(), expected.scaleIn.end()}) < 1e-5);
        for (const float scale : actual.scaleOut)
            QVERIFY(scale > 0.0f);
        for (const float scale : actual.scaleIn)
            QVERIFY(scale > 0.0f);
    }

    void errorsAreThoseOfTheDenseWeight_data() { addBackendRows(); }
    void errorsAreThoseOfTheDenseWeight()
    {
        const Backend backend;
        const auto W = gaussian(75 * 101, 13);
        OwnedLayer layer(3, 75, 101);
        std::vector<double> errors(3);
        svid(W.data(), layer.view(), errors.data(), backend.threads);
        QVERIFY(std::abs(relativeError(W, layer) - errors[2]) < 1e-5 * errors[2]);
        QVERIFY(errors[0] > errors[1] && errors[1] > errors[2]);
    }

    // One kernel of a Gaussian matrix keeps E|w|^2 = 2/pi of its energy, and a little more by fitting m + n
    // scales.
    void gaussianErrorFallsFromOneMinusTwoOverPi_data() { addBackendRows(); }
    void gaussianErrorFallsFromOneMinusTwoOverPi()
    {
        const Backend backend;
        const auto W = gaussian(192 * 576, 17);
        OwnedLayer layer(4, 192, 576);
        std::vector<double> errors(4);
        svid(W.data(), layer.view(), errors.data(), backend.threads);
        const double expected = 1.0 - 2.0 / std::numbers::pi;
        QVERIFY(errors[0] < expected && errors[0] > 0.97 * expected);
        for (std::size_t k = 1; k < 4; ++k)
            QVERIFY(errors[k] < 0.6 * errors[k - 1]);
    }

    void rankOneMagnitudesAreExact_data() { addBackendRows(); }
    void rankOneMagnitudesAreExact()
    {
        const Backend backend;
        auto source = OwnedLayer::random(1, 37, 45, 19);
        for (auto& scale : source.scaleOut)
            scale = std::abs(scale) + 0.1f;
        for (auto& scale : source.scaleIn)
            scale = std::abs(scale) + 0.1f;
        std::vector<float> W(37 * 45);
        dense_weight_f32_ref(source.view(), W.data());
        OwnedLayer layer(1, 37, 45);
        double error = 1.0;
        svid(W.data(), layer.view(), &error, backend.threads);
        QVERIFY(error < 1e-12);
        QVERIFY(layer.bits == source.bits);
    }

    void zeroMatrixGivesZeroScales_data() { addBackendRows(); }
    void zeroMatrixGivesZeroScales()
    {
        const Backend backend;
        const std::vector<float> W(20 * 30);
        auto layer = OwnedLayer::random(2, 20, 30, 23);
        std::vector<double> errors(2, 1.0);
        svid(W.data(), layer.view(), errors.data(), backend.threads);
        for (const float scale : layer.scaleOut)
            QCOMPARE(scale, 0.0f);
        for (const float scale : layer.scaleIn)
            QCOMPARE(scale, 0.0f);
        QCOMPARE(errors, std::vector<double>(2, 0.0));
    }

    void sameBitsForEveryIsaAndThreadCount()
    {
        const auto W = gaussian(100 * 133, 29);
        OwnedLayer expected(3, 100, 133);
        QVERIFY(force_isa(supported_isas().front()).has_value());
        svid(W.data(), expected.view(), nullptr, 1);
        for (const auto& isa : supported_isas()) {
            if (isa == "reference") continue;
            QVERIFY(force_isa(isa).has_value());
            for (const int threads : {1, 2, 5}) {
                OwnedLayer layer(3, 100, 133);
                svid(W.data(), layer.view(), nullptr, threads);
                QVERIFY(layer == expected);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestSvid)
#include "test_svid.moc"
