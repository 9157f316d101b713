// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include "kernels/dense_weight.h"
#include "kernels/reference.h"
#include "kernels/scale_gradient.h"
#include "tests/kernels/op_fixture.h"

using namespace boolab::kernels;

namespace
{

struct Gradients {
    explicit Gradients(const OwnedLayer& layer) : out(layer.scaleOut.size()), in(layer.scaleIn.size()) {}
    bool operator==(const Gradients&) const = default;

    std::vector<float> out, in;
};

Gradients gradientsOf(OwnedLayer& layer, const std::vector<float>& G, int threads)
{
    Gradients gradients(layer);
    scale_gradient(layer.view(), G.data(), gradients.out.data(), gradients.in.data(), threads);
    return gradients;
}

/// L(W) = sum G W, whose gradient is G.
double linearLoss(OwnedLayer& layer, const std::vector<float>& G)
{
    double loss = 0.0;
    for (std::int64_t k = 0; k < layer.K; ++k)
        for (std::int64_t i = 0; i < layer.M; ++i)
            for (std::int64_t j = 0; j < layer.N; ++j)
                loss += double(G[std::size_t(i * layer.N + j)]) * layer.view().sign(k, i, j) *
                        double(layer.scaleOut[std::size_t(k * layer.M + i)]) *
                        double(layer.scaleIn[std::size_t(k * layer.N + j)]);
    return loss;
}

} // namespace

class TestScaleGradient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void matchesReference_data() { addBackendRows(); }
    void matchesReference()
    {
        const Backend backend;
        for (const auto& [M, N] : awkwardShapes())
            for (const std::int64_t K : {1, 3}) {
                auto layer = OwnedLayer::random(K, M, N, unsigned(N));
                const auto G = gaussian(M * N, unsigned(M + N));
                const auto actual = gradientsOf(layer, G, backend.threads);
                Gradients expected(layer);
                scale_gradient_ref(layer.view(), G.data(), expected.out.data(), expected.in.data());
                // Float lanes of at most 32 terms between double sums: a few roundings of 6e-8.
                QVERIFY(relativeDistance(actual.out, {expected.out.begin(), expected.out.end()}) < 1e-6);
                QVERIFY(relativeDistance(actual.in, {expected.in.begin(), expected.in.end()}) < 1e-6);
            }
    }

    void agreesWithFiniteDifferences_data() { addBackendRows(); }
    void agreesWithFiniteDifferences()
    {
        const Backend backend;
        auto layer = OwnedLayer::random(2, 5, 19, 3);
        const auto G = gaussian(5 * 19, 4);
        const auto gradients = gradientsOf(layer, G, backend.threads);
        const auto check = [&](std::vector<float>& scales, const std::vector<float>& gradient) {
            for (std::size_t i = 0; i < scales.size(); ++i) {
                const float kept = scales[i];
                const float step = 0.25f;
                scales[i] = kept + step;
                const double up = linearLoss(layer, G);
                scales[i] = kept - step;
                const double down = linearLoss(layer, G);
                scales[i] = kept;
                QVERIFY(std::abs((up - down) / (2.0 * double(step)) - double(gradient[i])) < 1e-4);
            }
        };
        check(layer.scaleOut, gradients.out);
        check(layer.scaleIn, gradients.in);
    }

    void addsToWhatIsThere_data() { addBackendRows(); }
    void addsToWhatIsThere()
    {
        const Backend backend;
        auto layer = OwnedLayer::random(2, 40, 50, 5);
        const auto G = gaussian(40 * 50, 6);
        auto twice = gradientsOf(layer, G, backend.threads);
        const auto once = twice;
        scale_gradient(layer.view(), G.data(), twice.out.data(), twice.in.data(), backend.threads);
        for (std::size_t i = 0; i < once.out.size(); ++i)
            QVERIFY(std::abs(twice.out[i] - 2.0f * once.out[i]) <= 1e-5f * std::abs(once.out[i]));
        for (std::size_t i = 0; i < once.in.size(); ++i)
            QVERIFY(std::abs(twice.in[i] - 2.0f * once.in[i]) <= 1e-5f * std::abs(once.in[i]));
    }

    void sameBitsForEveryIsaAndThreadCount()
    {
        auto layer = OwnedLayer::random(3, 131, 1057, 7);
        const auto G = gaussian(131 * 1057, 8);
        QVERIFY(force_isa(supported_isas().front()).has_value());
        const auto expected = gradientsOf(layer, G, 1);
        for (const auto& isa : supported_isas()) {
            if (isa == "reference") continue;
            QVERIFY(force_isa(isa).has_value());
            for (const int threads : {1, 2, 5})
                QVERIFY(gradientsOf(layer, G, threads) == expected);
        }
    }
};

QTEST_APPLESS_MAIN(TestScaleGradient)
#include "test_scale_gradient.moc"
