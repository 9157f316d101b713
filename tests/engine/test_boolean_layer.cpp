// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/boolean_layer.h"
#include "kernels/pack_bits.h"

#include <QtTest>
#include <torch/all.h>

using namespace boolab;

namespace
{

struct Problem {
    at::Tensor signs;    ///< (K, M, N) of -1, +1
    at::Tensor scaleOut; ///< (K, M)
    at::Tensor scaleIn;  ///< (K, N)
    std::shared_ptr<BooleanLayer> layer;
};

Problem makeProblem(std::int64_t K, std::int64_t M, std::int64_t N, std::uint64_t seed)
{
    torch::manual_seed(seed);
    Problem p;
    p.signs = torch::where(torch::rand({K, M, N}) < 0.5, -1.0, 1.0).to(torch::kFloat).contiguous();
    p.scaleOut = torch::rand({K, M}) + 0.1;
    p.scaleIn = torch::rand({K, N}) + 0.1;
    at::Tensor bits = at::empty({K, M, (N + 7) / 8}, at::kByte);
    kernels::pack_signs(p.signs.data_ptr<float>(), K * M, N, bits.data_ptr<std::uint8_t>(), 2);
    p.layer =
        std::make_shared<BooleanLayer>("layer", bits, p.scaleOut.clone(), p.scaleIn.clone(), at::Tensor());
    return p;
}

double relativeError(const at::Tensor& got, const at::Tensor& expected)
{
    return ((got.to(at::kDouble) - expected).norm() / expected.norm()).item<double>();
}

} // namespace

class TestBooleanLayer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void gradientsAgreeWithAutogradOfTheDenseExpression_data()
    {
        QTest::addColumn<int>("K");
        QTest::addColumn<int>("M");
        QTest::addColumn<int>("N");
        QTest::newRow("one kernel") << 1 << 24 << 40;
        QTest::newRow("three kernels") << 3 << 64 << 96;
        QTest::newRow("odd shape") << 2 << 33 << 61;
    }

    void gradientsAgreeWithAutogradOfTheDenseExpression()
    {
        QFETCH(int, K);
        QFETCH(int, M);
        QFETCH(int, N);
        Problem p = makeProblem(K, M, N, 3);
        const at::Tensor x = torch::randn({2, 17, N}), gradY = torch::randn({2, 17, M});

        at::Tensor u = p.scaleOut.to(at::kDouble).requires_grad_(true),
                   v = p.scaleIn.to(at::kDouble).requires_grad_(true);
        at::Tensor signs = p.signs.to(at::kDouble).requires_grad_(true),
                   xd = x.to(at::kDouble).requires_grad_(true);
        const at::Tensor W = (signs * u.unsqueeze(2) * v.unsqueeze(1)).sum(0);
        torch::linear(xd, W).backward(gradY.to(at::kDouble));

        at::Tensor xf = x.clone().requires_grad_(true);
        p.layer->scaleOut().requires_grad_(true);
        p.layer->scaleIn().requires_grad_(true);
        at::Tensor gradWeight;
        p.layer->setGradientSink(
            [&](BooleanLayer&, const at::Tensor& gradient) { gradWeight = gradient.clone(); });
        p.layer->forward(xf).backward(gradY);

        QVERIFY(relativeError(xf.grad(), xd.grad()) < 1e-5);
        QVERIFY(relativeError(p.layer->scaleOut().grad(), u.grad()) < 1e-5);
        QVERIFY(relativeError(p.layer->scaleIn().grad(), v.grad()) < 1e-5);
        // The Boolean signal Q_k = G * u_k v_k^T is dL/dB_k of the dense expression.
        const at::Tensor Q = gradWeight.to(at::kDouble) * (u.unsqueeze(2) * v.unsqueeze(1)).detach();
        QVERIFY(relativeError(Q, signs.grad()) < 1e-5);
    }

    void gradientsAgreeWithFiniteDifferences()
    {
        Problem p = makeProblem(2, 8, 16, 5);
        p.layer->scaleOut().requires_grad_(true);
        const at::Tensor x = torch::randn({5, 16});
        const auto loss = [&] { return p.layer->forward(x).square().sum(); };
        loss().backward();
        const double h = 1e-2;
        at::Tensor scale = p.layer->scaleOut().detach();
        const float before = scale[1][3].item<float>();
        scale[1][3] = before + h;
        const double up = loss().item<double>();
        scale[1][3] = before - h;
        const double down = loss().item<double>();
        const double expected = (up - down) / (2 * h), got = p.layer->scaleOut().grad()[1][3].item<double>();
        QVERIFY2(std::abs(got - expected) < 1e-3 * std::abs(expected) + 1e-3,
                 qPrintable(QString("%1 %2").arg(got).arg(expected)));
    }

    void frozenLayerGivesTheSameOutput()
    {
        Problem p = makeProblem(3, 40, 64, 9);
        const torch::NoGradGuard noGrad;
        const at::Tensor x = torch::randn({4, 64});
        const at::Tensor y = p.layer->forward(x);
        p.layer->setFrozen(true);
        QVERIFY(torch::equal(y, p.layer->forward(x)));
    }

    void bfloat16WeightIsTheRoundedFloat32Weight()
    {
        Problem p = makeProblem(3, 40, 65, 11);
        QVERIFY(torch::equal(p.layer->denseWeight(at::kFloat).to(at::kBFloat16),
                             p.layer->denseWeight(at::kBFloat16)));
    }
};

QTEST_GUILESS_MAIN(TestBooleanLayer)
#include "test_boolean_layer.moc"
