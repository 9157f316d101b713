// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/distillation_loss.h"
#include "core/finetune/trainer.h"

#include <QtTest>
#include <torch/all.h>

using namespace boolab;

class TestDistillationLoss : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void chunkedKlEqualsThePlainExpression_data()
    {
        QTest::addColumn<double>("temperature");
        QTest::addColumn<int>("chunk");
        QTest::newRow("tau 1, chunks that divide") << 1.0 << 10;
        QTest::newRow("tau 2, a last short chunk") << 2.0 << 7;
        QTest::newRow("one chunk") << 1.0 << 1000;
    }

    void chunkedKlEqualsThePlainExpression()
    {
        QFETCH(double, temperature);
        QFETCH(int, chunk);
        torch::manual_seed(1);
        const at::Tensor head = torch::randn({50, 12}), teacherHead = torch::randn({50, 12}),
                         teacher = torch::randn({20, 12});
        at::Tensor a = torch::randn({20, 12}).requires_grad_(true),
                   b = a.detach().clone().requires_grad_(true);
        const at::Tensor got = chunkedKlSum(a, head, teacher, teacherHead, temperature, chunk);
        (got * 3.0).backward();

        const at::Tensor s = torch::log_softmax(torch::linear(b, head) / temperature, -1);
        const at::Tensor t = torch::log_softmax(torch::linear(teacher, teacherHead) / temperature, -1);
        const at::Tensor expected = (t.exp() * (t - s)).sum() * temperature * temperature;
        (expected * 3.0).backward();
        QVERIFY(torch::allclose(got, expected, 1e-5, 1e-5));
        QVERIFY(torch::allclose(a.grad(), b.grad(), 1e-4, 1e-5));
    }

    void topKlEqualsThePlainExpressionWithTheRestMerged_data()
    {
        QTest::addColumn<double>("temperature");
        QTest::addColumn<int>("top");
        QTest::newRow("few") << 1.0 << 5;
        QTest::newRow("tau 2") << 2.0 << 12;
        QTest::newRow("all of the vocabulary") << 1.0 << 50;
    }

    void topKlEqualsThePlainExpressionWithTheRestMerged()
    {
        QFETCH(double, temperature);
        QFETCH(int, top);
        torch::manual_seed(2);
        const at::Tensor head = torch::randn({50, 12}), teacher = torch::randn({20, 12});
        at::Tensor a = torch::randn({20, 12}).requires_grad_(true),
                   b = a.detach().clone().requires_grad_(true);
        const at::Tensor p = torch::softmax(torch::linear(teacher, head) / temperature, -1);
        const auto [values, ids] = torch::topk(p, top, -1);
        const at::Tensor rest = top == 50 ? torch::zeros({20}) : 1 - values.sum(-1);
        const at::Tensor got =
            topKlSum(a, head, {ids.to(torch::kInt), values.log(), rest.log()}, temperature, 7);
        (got * 3.0).backward();

        const at::Tensor q = torch::softmax(torch::linear(b, head) / temperature, -1),
                         some = q.gather(1, ids);
        at::Tensor expected = (values * (values / some).log()).sum();
        if (top < 50) expected = expected + (rest * (rest / (1 - some.sum(-1))).log()).sum();
        expected = expected * temperature * temperature;
        (expected * 3.0).backward();
        QVERIFY(torch::allclose(got, expected, 1e-4, 1e-4));
        QVERIFY(torch::allclose(a.grad(), b.grad(), 1e-3, 1e-4));
        const double full = chunkedKlSum(b.detach(), head, teacher, head, temperature, 50).item<double>();
        QVERIFY2(got.item<double>() <= full * (1 + 1e-5), "merging tokens cannot raise a divergence");
        if (top == 50) QVERIFY(std::abs(got.item<double>() - full) < 1e-3 * full);
    }

    void klOfEqualModelsIsZero()
    {
        const at::Tensor head = torch::randn({30, 8}), states = torch::randn({9, 8});
        QVERIFY(std::abs(chunkedKlSum(states, head, states, head, 1.0, 4).item<double>()) < 1e-6);
    }

    void scheduleWarmsUpAndEndsNearZero()
    {
        QCOMPARE(scheduleAt(1, 100, 10), 0.1);
        QVERIFY(scheduleAt(10, 100, 10) > 0.97);
        QVERIFY(scheduleAt(51, 100, 10) < 0.51);
        QVERIFY(scheduleAt(100, 100, 10) < 1e-3);
        QVERIFY(scheduleAt(100, 100, 10) > 0);
    }
};

QTEST_GUILESS_MAIN(TestDistillationLoss)
#include "test_distillation_loss.moc"
