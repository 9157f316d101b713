// SPDX-License-Identifier: Apache-2.0
#include "tests/widgets/sample_runs.h"
#include "widgets/charts/point_chart.h"
#include "widgets/runs/run_page.h"
#include "widgets/sweep/kernel_curve_view.h"

#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>

using namespace boolab;
using namespace boolab::ui;

namespace
{

RunRecord measured(RunId id, int first, double perplexity, const char* text = "/t.txt")
{
    RunRecord run = test::sampleRun(id, "evaluate", "measured", RunState::Done);
    nlohmann::json job = {{"kind", "evaluate"}, {"model", "/k3"}, {"perplexity", text}, {"name", run.name}};
    if (first > 0) job["first_kernels"] = first;
    run.job = job;
    run.result = {
        {"perplexity", perplexity}, {"bits_per_weight", first > 0 ? first + 0.1 : 3.1}, {"max_kernels", 3}};
    return run;
}

/// Newest first, as the store gives them.
std::vector<RunRecord> runs()
{
    auto source = test::sampleRun(1, "evaluate", "original", RunState::Done);
    source.job = {{"kind", "evaluate"}, {"model", "/m"}, {"perplexity", "/t.txt"}};
    source.result = {{"perplexity", 19.0}};
    auto conversion = test::sampleRun(2, "convert", "three", RunState::Done);
    conversion.job = {{"kind", "convert"}, {"model", "/m"}, {"output", "/k3"}};
    return {measured(9, 1, 5.0, "/other.txt"),
            measured(8, 1, 900),
            measured(7, 1, 950),
            measured(6, 0, 40),
            conversion,
            source};
}

} // namespace

class TestKernelCurve : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void gathersWhatDiffersInTheCountAlone()
    {
        const KernelCurve curve = KernelCurve::from(runs()[3], runs());
        QCOMPARE(curve.kernels, std::int64_t{3});
        QCOMPARE(curve.points.size(), 2U);
        QCOMPARE(curve.points[0].perplexity, 900.0); // the newest, on this text
        QCOMPARE(curve.points[1].kernels, std::int64_t{3});
        QCOMPARE(curve.points[1].run, RunId{6});
        QVERIFY(curve.missing() == std::vector<std::int64_t>{2});
        QVERIFY(curve.fullPrecision == 19.0);
    }

    void runsThatDoNotTellTheirCountAreReadByTheirBits()
    {
        auto all = runs();
        for (RunRecord& run : all)
            if (nlohmann::json result = run.result.get(); result.is_object()) {
                result.erase("max_kernels");
                run.result = result;
            }
        QCOMPARE(KernelCurve::from(all[1], all).kernels, std::int64_t{3});
    }

    void otherKindsHaveNoCurve() { QCOMPARE(KernelCurve::from(runs()[4], runs()).kernels, std::int64_t{0}); }

    void theViewDrawsAndOffersWhatIsMissing()
    {
        KernelCurveView view;
        view.resize(700, 400);
        view.show();
        view.setEvaluation(runs()[3], runs());
        QCOMPARE(view.chart()->points().size(), 2U);
        QCOMPARE(view.chart()->current(), 1);
        QVERIFY(view.note().startsWith("2 of 3"));
        QCOMPARE(view.findChild<QComboBox*>("missingKernels")->currentText(), "first 2 kernels");
        std::vector<Job> asked;
        connect(&view, &KernelCurveView::measurementRequested, this,
                [&](const Job& job) { asked.push_back(job); });
        view.findChild<QPushButton*>("measureKernels")->click();
        QCOMPARE(asked.size(), 1U);
        QCOMPARE(asked[0].integer("first_kernels"), 2);
        QCOMPARE(asked[0].text("model"), "/k3");
        QCOMPARE(view.csv().count('\n'), 3);
    }

    void theRunPageShowsItForBooleanModelsOnly()
    {
        RunPage page;
        page.resize(1000, 500);
        page.show();
        page.setRuns(std::make_shared<const std::vector<RunRecord>>(runs()));
        RunUpdate update;
        update.fromStart = true;
        const auto isShown = [&](std::size_t run) {
            update.run = runs()[run];
            page.setRun(update.run.id);
            page.update(update);
            return page.tabs()->isTabVisible(page.tabs()->indexOf(page.kernelCurve()));
        };
        QVERIFY(isShown(3));
        QVERIFY(!isShown(5));
        QVERIFY(!isShown(4));
    }
};

QTEST_MAIN(TestKernelCurve)
#include "test_kernel_curve.moc"
