// SPDX-License-Identifier: Apache-2.0
// What other devices than the CPU compute by LibTorch's operators equals the CPU's ops, values and gradients.
#include "core/finetune/distillation_kl.h"
#include "core/model/block_expressions.h"
#include "core/model/block_ops.h"

#include <QtTest>
#include <functional>
#include <torch/utils.h>

using namespace boolab;

namespace
{

using Op = std::function<at::Tensor(const std::vector<at::Tensor>&)>;

/// The op's result and the gradients of a weighted sum of it by every input.
std::vector<at::Tensor> valuesAndGradients(const Op& op, const std::vector<at::Tensor>& given)
{
    std::vector<at::Tensor> inputs;
    for (const at::Tensor& tensor : given)
        inputs.push_back(tensor.clone().requires_grad_(true));
    const at::Tensor y = op(inputs);
    const at::Tensor weights = at::linspace(-1, 1, y.numel()).view_as(y);
    (y.to(at::kFloat) * weights).sum().backward();
    std::vector<at::Tensor> all = {y.detach()};
    for (const at::Tensor& input : inputs)
        all.push_back(input.grad());
    return all;
}

double largestError(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b)
{
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const at::Tensor expected = a[i].to(at::kDouble), error = (b[i].to(at::kDouble) - expected).abs();
        worst = std::max(worst, (error.max() / expected.abs().max()).item<double>());
    }
    return worst;
}

} // namespace

class TestBlockExpressions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalTheFusedOps_data()
    {
        QTest::addColumn<bool>("narrow");
        QTest::newRow("float32") << false;
        QTest::newRow("bfloat16") << true;
    }

    void equalTheFusedOps()
    {
        QFETCH(bool, narrow);
        const at::ScalarType dtype = narrow ? at::kBFloat16 : at::kFloat;
        const double tolerance = narrow ? 2e-2 : 2e-6;
        at::manual_seed(7);
        const auto random = [&](at::IntArrayRef shape) { return at::randn(shape).to(dtype); };
        const auto compare = [&](const char* name, const Op& fused, const Op& plain,
                                 const std::vector<at::Tensor>& inputs) {
            const double error =
                largestError(valuesAndGradients(fused, inputs), valuesAndGradients(plain, inputs));
            QVERIFY2(error < tolerance, qPrintable(QString("%1: %2").arg(name).arg(error)));
        };
        compare(
            "rmsNorm", [](const auto& in) { return rmsNorm(in[0], in[1], 1e-5); },
            [](const auto& in) { return expressions::rmsNorm(in[0], in[1], 1e-5); },
            {random({2, 5, 67}), random({67})});
        compare(
            "swiglu", [](const auto& in) { return swiglu(in[0], in[1]); },
            [](const auto& in) { return expressions::swiglu(in[0], in[1]); },
            {random({2, 5, 33}), random({2, 5, 33})});
        const at::Tensor angles = at::randn({5, 4});
        const at::Tensor both = at::cat({angles, angles}, 1), cosine = both.cos(), sine = both.sin();
        compare(
            "rotateHeads", [&](const auto& in) { return rotateHeads(in[0], cosine, sine); },
            [&](const auto& in) { return expressions::rotateHeads(in[0], cosine, sine); },
            {random({2, 5, 3, 8})});
    }

    void divergenceEqualsTheFusedOne()
    {
        at::manual_seed(3);
        const at::Tensor student = at::randn({6, 301}) * 3, teacher = at::randn({6, 301}) * 3;
        for (const double temperature : {1.0, 2.5}) {
            at::Tensor s = student.clone(), t = teacher.clone(), u = student.clone(), v = teacher.clone();
            const double fused = distillationKl(s, t, temperature),
                         plain = distillationKlExpression(u, v, temperature);
            QVERIFY2(std::abs(fused / plain - 1) < 1e-5, qPrintable(QString("%1, %2").arg(fused).arg(plain)));
            QVERIFY(at::allclose(s, u, 1e-4, 1e-6));
        }
    }
};

QTEST_GUILESS_MAIN(TestBlockExpressions)
#include "test_block_expressions.moc"
