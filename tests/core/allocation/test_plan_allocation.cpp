// SPDX-License-Identifier: Apache-2.0
#include "core/allocation/budget_curve.h"

#include <QtTest>

using namespace boolab;

namespace
{

/// Three layers of one size; the first is hurt most by few kernels, the last least.
ErrorTable table()
{
    const auto layer = [](const char* name, double scale, double pwcca) {
        std::vector<double> curve;
        for (int k = 1; k <= 4; ++k)
            curve.push_back(scale * std::pow(0.3, k));
        return LayerErrors{name, 64, 64, curve, curve, curve, pwcca};
    };
    return {"/m",
            "refined",
            {layer("model.layers.0.a", 1.0, 0.9), layer("model.layers.1.a", 0.5, 0.5),
             layer("model.layers.2.a", 0.1, 0.1)}};
}

} // namespace

class TestPlanAllocation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesMoreWhereMoreIsLost()
    {
        const auto plan = planAllocation(table(), {.importance = Importance::OutputError, .bits = 2});
        QVERIFY(plan);
        QVERIFY(plan->counts[0] > plan->counts[2]);
        QVERIFY(plan->averageKernels <= 2.0);
        QVERIFY(plan->bitsPerWeight > plan->averageKernels);
    }

    void pwccaLowersTheWeightOfLayersThatChangeLittle()
    {
        const auto plan = planAllocation(table(), {.importance = Importance::Pwcca, .bits = 2});
        QVERIFY(plan);
        QVERIFY(plan->counts[1] >= plan->counts[0]);
    }

    void everyImportanceReadsItsOwnMeasurement()
    {
        // Only one measurement at a time says that the last layer is hurt most.
        const std::vector<double> loud{9, 4, 1, 0.1};
        for (const Importance importance : {Importance::None, Importance::OutputError, Importance::Loss}) {
            ErrorTable crossed = table();
            LayerErrors& last = crossed.layers[2];
            (importance == Importance::None          ? last.weightError
             : importance == Importance::OutputError ? last.outputError
                                                     : last.lossError) = loud;
            for (const Importance asked : {Importance::None, Importance::OutputError, Importance::Loss}) {
                // Of the loss, large output errors raise the prediction.
                if (asked == Importance::Loss && importance == Importance::OutputError) continue;
                const auto plan = planAllocation(crossed, {.importance = asked, .bits = 2});
                QVERIFY(plan);
                QCOMPARE(plan->counts[2] > plan->counts[0], asked == importance);
            }
        }
    }

    void aSizeIsNotExceeded()
    {
        for (const double bytes : {2500.0, 3000.0, 5000.0}) {
            const auto plan = planAllocation(
                table(),
                {.importance = Importance::None, .targetBytes = bytes, .storage = {.otherBytes = 100}});
            QVERIFY(plan);
            QVERIFY(plan->fileBytes <= bytes);
        }
    }

    void pinsHoldAndDenseLayersLeaveTheAverage()
    {
        const auto plan = planAllocation(
            table(),
            {.importance = Importance::None, .bits = 2, .pins = {{"layers.0.*", 0}, {"layers.1.*", 3}}});
        QVERIFY(plan);
        QCOMPARE(plan->counts, (std::vector<std::int64_t>{0, 3, 1}));
        QCOMPARE(plan->averageKernels, 2.0);
    }

    void budgetsOutOfReachAreExplained()
    {
        const auto low = planAllocation(table(), {.importance = Importance::None, .bits = 0.5});
        QVERIFY(!low);
        QVERIFY(low.error().message.find("1.00") != std::string::npos);
        const auto high = planAllocation(table(), {.importance = Importance::None, .bits = 5});
        QVERIFY(!high);
        QVERIFY(high.error().message.find("4.00") != std::string::npos);
        const auto small = planAllocation(table(), {.importance = Importance::None, .targetBytes = 500});
        QVERIFY(!small);
        QVERIFY(small.error().message.find("smallest possible") != std::string::npos);
    }

    void aCurveOfBudgetsRunsFromTheLeastToTheMostAndGetsNoWorse()
    {
        const auto curve =
            budgetCurve(table(), {.importance = Importance::Loss, .pins = {{"layers.0.*", 2}}}, 9);
        QVERIFY(curve);
        QCOMPARE(curve->size(), std::size_t{9});
        QCOMPARE(curve->front().counts, (std::vector<std::int64_t>{2, 1, 1}));
        QCOMPARE(curve->back().counts, (std::vector<std::int64_t>{2, 4, 4}));
        for (std::size_t i = 1; i < curve->size(); ++i) {
            QVERIFY((*curve)[i].fileBytes >= (*curve)[i - 1].fileBytes);
            QVERIFY(*(*curve)[i].lossRise <= *(*curve)[i - 1].lossRise);
        }
    }

    void missingMeasurementsAreNamed()
    {
        auto bare = table();
        for (LayerErrors& layer : bare.layers) {
            layer.outputError.clear();
            layer.lossError.clear();
            layer.pwcca.reset();
        }
        QVERIFY(!planAllocation(bare, {.importance = Importance::OutputError, .bits = 2}));
        QVERIFY(!planAllocation(bare, {.importance = Importance::Loss, .bits = 2}));
        QVERIFY(!planAllocation(bare, {.importance = Importance::Pwcca, .bits = 2}));
        QVERIFY(planAllocation(bare, {.importance = Importance::None, .bits = 2}));
    }
};

QTEST_GUILESS_MAIN(TestPlanAllocation)
#include "test_plan_allocation.moc"
