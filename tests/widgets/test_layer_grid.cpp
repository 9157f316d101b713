// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/layer_grid.h"

#include <cmath>

#include <QTest>

using namespace boolab::ui;

class TestLayerGrid : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsEachStepWhileTheyFit()
    {
        LayerGrid grid;
        for (int step = 0; step < 100; ++step)
            grid.add(step, std::vector<float>{1, static_cast<float>(step)});
        QCOMPARE(grid.columns().size(), 100U);
        QCOMPARE(grid.columns()[42].firstStep, 42);
        QCOMPARE(grid.columns()[42].values[1], 42.0F);
        QCOMPARE(grid.highest(), 99.0F);
    }

    void staysBoundedAndHoldsMeans()
    {
        LayerGrid grid;
        for (int step = 0; step < 5000; ++step)
            grid.add(step, std::vector<float>{static_cast<float>(step)});
        QVERIFY(grid.columns().size() <= LayerGrid::kMaxColumns);
        std::int64_t next = 0;
        for (const auto& column : grid.columns()) {
            QCOMPARE(column.firstStep, next);
            next = column.lastStep + 1;
            const auto mean = static_cast<float>(column.firstStep + column.lastStep) / 2;
            QVERIFY(std::abs(column.values[0] - mean) < 0.01F * (mean + 1));
        }
        QCOMPARE(next, 5000);
    }

    void aNanCountsAsNothing()
    {
        LayerGrid grid;
        grid.add(0, std::vector<float>{NAN, 3});
        QCOMPARE(grid.highest(), 3.0F);
    }
};

QTEST_APPLESS_MAIN(TestLayerGrid)
#include "test_layer_grid.moc"
