// SPDX-License-Identifier: Apache-2.0
#include "core/convert/gptq.h"
#include "core/convert/measure_errors.h"
#include "kernels/dense_weight.h"

#include <QtTest>
#include <torch/all.h>

using namespace boolab;

namespace
{

/// Inputs with strong correlations and a few loud columns, as activations have.
at::Tensor gramOf(std::int64_t N)
{
    torch::manual_seed(1);
    at::Tensor x =
        at::mm(torch::randn({400, N / 4}), torch::randn({N / 4, N})) + 0.3 * torch::randn({400, N});
    x.select(1, 3) *= 20;
    return at::mm(x.t(), x);
}

double lossUnder(const at::Tensor& gram, const at::Tensor& weight, ConvertedLayer& layer)
{
    at::Tensor dense = at::empty_like(weight);
    kernels::dense_weight_f32(layer.view(), dense.data_ptr<float>(), 1);
    const at::Tensor error = weight - dense;
    return (at::mm(error, gram) * error).sum().item<double>() /
           (at::mm(weight, gram) * weight).sum().item<double>();
}

} // namespace

class TestGptq : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPartLowersTheErrorUnderH()
    {
        const std::int64_t M = 70, N = 200;
        const at::Tensor gram = gramOf(N);
        torch::manual_seed(2);
        const at::Tensor weight = torch::randn({M, N});
        const InputGeometry geometry(gram, 0.01);
        const at::Tensor damped = gram + at::eye(N) * (0.01 * gram.diagonal().mean());
        const LinearLayerInfo info{"layer", M, N, 0};
        for (const std::int64_t K : {1, 2, 3}) {
            const auto loss = [&](int feedback, int descent) {
                ConvertedLayer layer = convertUnderHessian(
                    info, weight, K, geometry, {.feedbackRounds = feedback, .descentRounds = descent});
                const double measured = lossUnder(damped, weight, layer);
                if (std::abs(measured - layer.errors.back()) > 0.01 * measured)
                    qFatal("reported %g, measured %g", layer.errors.back(), measured);
                return measured;
            };
            const double start = loss(0, 0), fed = loss(1, 0), descended = loss(1, 2);
            QVERIFY2(fed < 0.9 * start, qPrintable(QString("%1 -> %2").arg(start).arg(fed)));
            QVERIFY2(descended < fed, qPrintable(QString("%1 -> %2").arg(fed).arg(descended)));
        }
    }

    void degenerateInputsAndWeightsGiveSoundResults_data()
    {
        QTest::addColumn<int>("M");
        QTest::addColumn<int>("N");
        QTest::addColumn<bool>("zeroWeight");
        QTest::addColumn<bool>("zeroInput");
        QTest::newRow("one row") << 1 << 40 << false << false;
        QTest::newRow("one column") << 40 << 1 << false << false;
        QTest::newRow("a zero row and column") << 20 << 20 << true << false;
        QTest::newRow("inputs that are always zero") << 20 << 20 << false << true;
    }
    void degenerateInputsAndWeightsGiveSoundResults()
    {
        QFETCH(int, M);
        QFETCH(int, N);
        QFETCH(bool, zeroWeight);
        QFETCH(bool, zeroInput);
        torch::manual_seed(3);
        at::Tensor weight = torch::randn({M, N});
        if (zeroWeight) {
            weight.select(0, 2).zero_();
            weight.select(1, 5).zero_();
        }
        const at::Tensor x = torch::randn({64, N}) * (zeroInput ? 0 : 1);
        const InputGeometry geometry(at::mm(x.t(), x), 0.01);
        ConvertedLayer layer = convertUnderHessian({"layer", M, N, 0}, weight, 2, geometry, {});
        at::Tensor dense = at::empty_like(weight);
        kernels::dense_weight_f32(layer.view(), dense.data_ptr<float>(), 1);
        QVERIFY(dense.isfinite().all().item<bool>());
        if (zeroWeight) QVERIFY(dense.select(0, 2).abs().max().item<double>() < 0.2);
        for (const double error : layer.errors)
            QVERIFY(std::isfinite(error));
    }

    void pwccaIsOneForAnIsometryAndFallsWhenTheLoudInputsAreDropped()
    {
        torch::manual_seed(4);
        const at::Tensor x = torch::randn({500, 16}) * at::logspace(0, -1, 16);
        const at::Tensor gram = at::mm(x.t(), x);
        const double same = projectionWeightedCorrelation(gram, at::eye(16));
        QVERIFY2(same > 0.999, qPrintable(QString::number(same)));
        at::Tensor deaf = torch::randn({16, 16}) * 0.01;
        deaf.select(1, 15) = torch::randn({16}) * 10; // hears little but the quietest input
        const double changed = projectionWeightedCorrelation(gram, deaf);
        QVERIFY2(changed < 0.5 * same, qPrintable(QString::number(changed)));
    }
};

QTEST_GUILESS_MAIN(TestGptq)
#include "test_gptq.moc"
