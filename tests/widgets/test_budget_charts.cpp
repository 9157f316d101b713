// SPDX-License-Identifier: Apache-2.0
#include "tests/widgets/sample_table.h"
#include "widgets/allocation/allocation_plan.h"
#include "widgets/allocation/budget_charts.h"
#include "widgets/charts/line_chart.h"

#include <QTest>

using namespace boolab;
using namespace boolab::ui;

class TestBudgetCharts : public QObject
{
    Q_OBJECT

private:
    AllocationPlan m_plan;
    BudgetCharts m_charts;

    static const std::vector<Sample>& curve(const LineChart& chart)
    {
        return chart.curves().front().data.raw();
    }
    void open(bool withText, Importance importance)
    {
        m_plan.setTable(std::make_shared<ErrorTable>(test::sampleTable("/m", withText)),
                        {.importance = importance, .bits = 2, .maxKernels = 4, .pins = {}});
        m_charts.show(m_plan);
    }

private Q_SLOTS:
    void everyBudgetHasASizeAndAnExpectedPerplexity()
    {
        open(true, Importance::Loss);
        const auto& size = curve(m_charts.size());
        QCOMPARE(size.front().x, 1.0);
        QCOMPARE(size.back().x, 4.0);
        QVERIFY(size.front().y < size.back().y);
        const auto& loss = curve(m_charts.loss());
        QVERIFY(loss.front().y > loss.back().y && loss.back().y > 1);
        QVERIFY2(m_charts.loss().title().contains("at 2.00 bits"), qPrintable(m_charts.loss().title()));
    }

    void pinsBendTheCurvesAndTheBudgetDoesNot()
    {
        open(true, Importance::Loss);
        const auto before = curve(m_charts.size());
        AllocationSettings next = m_plan.settings();
        next.bits = 3;
        m_plan.change(next, "the budget");
        m_charts.show(m_plan);
        QCOMPARE(curve(m_charts.size()), before);
        QVERIFY2(m_charts.size().title().contains("at 3.00 bits"), qPrintable(m_charts.size().title()));
        m_plan.pin(0, 4);
        m_charts.show(m_plan);
        QVERIFY(curve(m_charts.size()) != before);
    }

    void withoutLossesThereIsNoPerplexity()
    {
        open(false, Importance::None);
        QVERIFY(!curve(m_charts.size()).empty());
        QVERIFY(curve(m_charts.loss()).empty());
    }
};

QTEST_MAIN(TestBudgetCharts)
#include "test_budget_charts.moc"
