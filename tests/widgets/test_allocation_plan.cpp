// SPDX-License-Identifier: Apache-2.0
#include "tests/widgets/sample_table.h"
#include "widgets/allocation/allocation_plan.h"

#include <algorithm>

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace boolab;
using namespace boolab::ui;

namespace
{

std::vector<std::string> namesOf(const ErrorTable& table)
{
    std::vector<std::string> names;
    for (const LayerErrors& layer : table.layers)
        names.push_back(layer.name);
    return names;
}

ErrorTable largeTable(int blocks)
{
    ErrorTable table{"m", "gptq", {}};
    for (int block = 0; block < blocks; ++block)
        for (int part = 0; part < 7; ++part)
            table.layers.push_back({"model.layers." + std::to_string(block) + ".p" + std::to_string(part),
                                    512 + 8 * part,
                                    512,
                                    {1.0 + part, 0.5 + 0.01 * block, 0.2, 0.1},
                                    {},
                                    {},
                                    {}});
    return table;
}

} // namespace

class TestAllocationPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_plan = std::make_unique<AllocationPlan>();
        m_plan->setStorage({.scaleBytes = 2, .denseBytes = 2, .otherBytes = 1000});
        m_plan->setTable(std::make_shared<const ErrorTable>(test::sampleTable("m")),
                         {.importance = Importance::None, .bits = 2.25, .pins = {}});
    }

    void solvesAtOnceAndStaysWithinTheBudget()
    {
        QVERIFY(m_plan->problem().isEmpty());
        QVERIFY(m_plan->allocation()->averageKernels <= 2.25 + 1e-9);
        QCOMPARE(m_plan->allocation()->counts[3], 3); // down_proj
    }

    void aClickPinsThenAddsThenKeepsDenseThenFrees()
    {
        const auto pin = [&] { return m_plan->settings().pins[3]; };
        for (const std::optional<std::int64_t> expected :
             {std::optional<std::int64_t>(3), std::optional<std::int64_t>(4), std::optional<std::int64_t>(0),
              std::optional<std::int64_t>()}) {
            m_plan->cyclePin(3);
            QCOMPARE(pin(), expected);
        }
    }

    void undoAndRedoWalkThroughPins()
    {
        m_plan->pin(0, 4);
        m_plan->pin(1, 0);
        const auto counts = m_plan->allocation()->counts;
        QCOMPARE(counts[0], 4);
        QCOMPARE(counts[1], 0);
        m_plan->undoStack()->undo();
        QVERIFY(!m_plan->settings().pins[1]);
        m_plan->undoStack()->undo();
        QVERIFY(!m_plan->settings().pins[0]);
        QVERIFY(!m_plan->undoStack()->canUndo());
        m_plan->undoStack()->redo();
        m_plan->undoStack()->redo();
        QCOMPARE(m_plan->allocation()->counts, counts);
    }

    void oneDragOfTheBudgetIsOneStepBack()
    {
        const auto drag = [&](double bits, int gesture) {
            AllocationSettings next = m_plan->settings();
            next.bits = bits;
            m_plan->change(next, "budget", gesture);
        };
        for (const double bits : {2.3, 2.4, 2.5})
            drag(bits, 1);
        drag(3.0, 2);
        m_plan->undoStack()->undo();
        QCOMPARE(m_plan->settings().bits, 2.5);
        m_plan->undoStack()->undo();
        QCOMPARE(m_plan->settings().bits, 2.25);
    }

    void aBudgetOutOfReachIsExplainedAndTheLastPlanStays()
    {
        const auto counts = m_plan->allocation()->counts;
        AllocationSettings next = m_plan->settings();
        next.bits = 7;
        m_plan->change(next, "budget");
        QVERIFY2(m_plan->problem().contains("7"), qPrintable(m_plan->problem()));
        QCOMPARE(m_plan->allocation()->counts, counts);
    }

    void rangesFollowThePins()
    {
        QCOMPARE(m_plan->bitsRange().low, 1.0);
        QCOMPARE(m_plan->bitsRange().high, 4.0);
        m_plan->pin(0, 3);
        QCOMPARE(m_plan->bitsRange().low, 1.25); // 1 of 8 equal layers at 3
        QVERIFY(m_plan->bytesRange().low > 1000 && m_plan->bytesRange().low < m_plan->bytesRange().high);
    }

    void onlyMeasuredImportancesAreSupported()
    {
        QVERIFY(m_plan->supports(Importance::None));
        QVERIFY(!m_plan->supports(Importance::Loss));
        QVERIFY(!m_plan->supports(Importance::OutputError));
        QVERIFY(!m_plan->supports(Importance::Pwcca));
    }

    void pinsBecomeAsFewPatternsAsPossible_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"", "*=2", "*.down_proj=4", "layers.1.*=dense", "layers.0.mlp.up_proj=1",
                                 "*.q_proj=3,layers.1.*=2", "*.q_proj=3,layers.0.mlp.up_proj=dense"})
            QTest::newRow(text) << text;
    }

    void pinsBecomeAsFewPatternsAsPossible()
    {
        QFETCH(QString, text);
        const auto names = namesOf(test::sampleTable("m"));
        const auto counts = pinnedCounts(*parsePins(text.toStdString(), 8), names);
        const auto compact = compactPins(counts, names);
        QCOMPARE(pinnedCounts(compact, names), counts);
        QCOMPARE(compact.size(), text.isEmpty() ? 0U : static_cast<std::size_t>(text.count(',') + 1));
    }

    void fiveHundredLayersAreSolvedWithinAFrameOrThree()
    {
        AllocationSettings settings{.importance = Importance::None, .pins = {}};
        m_plan->setTable(std::make_shared<const ErrorTable>(largeTable(72)), settings);
        settings = m_plan->settings();
        settings.pins[5] = 4;
        settings.bits = 2.7;
        QElapsedTimer timer;
        timer.start();
        m_plan->change(settings, "budget");
        QVERIFY(m_plan->problem().isEmpty());
        QVERIFY2(timer.elapsed() < 50, qPrintable(QString::number(timer.elapsed())));
    }

private:
    std::unique_ptr<AllocationPlan> m_plan;
};

QTEST_GUILESS_MAIN(TestAllocationPlan)
#include "test_allocation_plan.moc"
