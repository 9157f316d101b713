// SPDX-License-Identifier: Apache-2.0
#include "tests/widgets/sample_runs.h"
#include "widgets/charts/chart_cursor.h"
#include "widgets/charts/layer_heatmap.h"
#include "widgets/charts/line_chart.h"
#include "widgets/pages/option_editor.h"
#include "widgets/runs/run_charts.h"
#include "widgets/runs/run_details.h"
#include "widgets/runs/run_extension.h"
#include "widgets/runs/run_header.h"
#include "widgets/runs/run_layers.h"
#include "widgets/runs/run_log.h"
#include "widgets/runs/run_page.h"
#include "widgets/runs/run_samples.h"
#include "widgets/runs/run_scores.h"
#include "widgets/runs/run_settings.h"
#include "widgets/runs/save_file.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QComboBox>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace boolab;
using namespace boolab::ui;

namespace
{

std::vector<MetricPoint> points(std::int64_t from, std::int64_t to)
{
    std::vector<MetricPoint> result;
    for (auto step = from; step <= to; ++step)
        result.push_back({step, 10.0 / static_cast<double>(step), 0});
    return result;
}

RunUpdate firstUpdate()
{
    RunUpdate update;
    update.run = test::sampleRun(3, "finetune", "run", RunState::Running);
    update.fromStart = true;
    update.metrics = {{"loss", points(1, 50)},
                      {"loss_kl", points(1, 50)},
                      {"flip_rate", points(1, 50)},
                      {"learning_rate", points(1, 50)},
                      {"tokens_per_second", points(1, 50)}};
    update.layerNames = {"model.layers.0.self_attn.q_proj", "model.layers.0.mlp.up_proj"};
    update.layers = {{1, "kernel_count", {3, 3}}, {1, "flips", {4, 5}}, {2, "flips", {6, 7}}};
    update.logs = {
        {1, 1.0, "info", "loading"}, {2, 2.0, "warning", "little memory"}, {3, 3.0, "error", "no disk"}};
    return update;
}

} // namespace

class TestRunPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_page = std::make_unique<RunPage>();
        m_page->resize(1200, 600);
        m_page->show();
        m_page->setRun(3);
        m_page->update(firstUpdate());
    }

    void anEvaluationShowsItsScores()
    {
        RunUpdate update;
        update.run = test::sampleRun(4, "evaluate", "measured", RunState::Done);
        update.run.result = nlohmann::json::parse(R"({"perplexity": 43.26, "protocol": "gptq-2048: no BOS",
            "kl_divergence": 0.61, "top_1_agreement": 0.625, "tokens": 16384,
            "tasks": {"piqa": {"acc,none": 0.5, "acc_stderr,none": 0.1, "acc_norm,none": 0.75}},
            "tasks_protocol": {"bos": false},
            "worst_tokens": [{"before": "the <b>river", "token": " rose", "kl_divergence": 9.5,
                "reference_top": " rose", "reference_top_probability": 0.9, "probability_of_reference_top": 0.001,
                "top": " was", "top_probability": 0.4}]})");
        update.fromStart = true;
        m_page->setRun(4);
        m_page->update(update);
        QCOMPARE(m_page->tabs()->currentWidget(), m_page->scores());
        const QString text = m_page->scores()->text();
        for (const char* expected : {"43.26", "gptq-2048: no BOS", "62.5 %", "50.0 % ± 10.0", "75.0 %",
                                     "bos: false", "the <b>river", "·rose", "9.5", "90.0 %", "0.1 %", "·was"})
            QVERIFY2(text.contains(QString::fromUtf8(expected)), expected);
        m_page->setRun(3);
        m_page->update(firstUpdate());
        QVERIFY(m_page->tabs()->indexOf(m_page->scores()) < 0);
    }

    /// NaN is null in the database.
    void scoresOfAModelGoneAstrayAreShown()
    {
        RunUpdate update;
        update.run = test::sampleRun(4, "evaluate", "astray", RunState::Done);
        update.run.result =
            nlohmann::json::parse(R"({"perplexity": null, "protocol": "gptq-2048", "tokens": 64,
            "kl_divergence": null, "worst_tokens": [{"before": "a", "token": 3, "kl_divergence": null}]})");
        update.fromStart = true;
        m_page->setRun(4);
        m_page->update(update);
        QVERIFY(m_page->scores()->text().contains("gptq-2048"));
    }

    void curvesGrowByWhatIsNew()
    {
        RunUpdate more;
        more.run = firstUpdate().run;
        more.metrics = {
            {"loss", points(51, 60)}, {"loss_hidden", points(1, 60)}, {"tokens_per_second", points(51, 60)}};
        m_page->update(more);
        const auto& curves = m_page->charts()->chart("loss")->curves();
        QCOMPARE(curves.size(), 3U);
        QCOMPARE(curves[0].data.raw().size(), 60U);
        QCOMPARE(m_page->charts()->chart("tokens_per_second")->curves().at(0).data.raw().size(), 60U);
    }

    void aGroupShowsItsCharts_data()
    {
        QTest::addColumn<int>("group");
        QTest::addColumn<QString>("titles");
        const auto row = [](const char* name, ChartGroup group, const char* titles) {
            QTest::newRow(name) << static_cast<int>(group) << titles;
        };
        row("overview", ChartGroup::Overview, "Loss, Held-out perplexity, Flip rate");
        row("loss", ChartGroup::Loss, "Loss, Held-out perplexity");
        row("flips", ChartGroup::Flips, "Flip rate, Flips so far, Share of the trained bits");
        row("scales", ChartGroup::Scales, "Drift of the scales, Learning rate, Gradient norm");
        row("machine", ChartGroup::Machine,
            "Tokens per second, Memory (GB), Load (% of all cores, of the GPU)");
    }

    void aGroupShowsItsCharts()
    {
        QFETCH(int, group);
        QFETCH(QString, titles);
        m_page->charts()->groups()->button(group)->click();
        QStringList shown;
        for (const LineChart* chart : m_page->charts()->shownCharts()) {
            QVERIFY(chart->isVisible());
            shown << chart->title();
        }
        QCOMPARE(shown.join(QStringLiteral(", ")), titles);
        QCOMPARE(m_page->charts()->flipMap()->isVisible(), group == static_cast<int>(ChartGroup::Flips));
    }

    void aMetricThatNobodyKnowsGetsAChartOfItsOwn()
    {
        auto* more = m_page->charts()->groups()->button(static_cast<int>(ChartGroup::More));
        QVERIFY(!more->isVisible());
        RunUpdate update = firstUpdate();
        update.metrics = {{"entropy_of_bits", points(1, 5)}};
        m_page->update(update);
        QVERIFY(more->isVisible());
        more->click();
        QCOMPARE(m_page->charts()->shownCharts().at(0)->title(), "Entropy of bits");
        m_page->setRun(5); // another run leaves it behind
        update.run = test::sampleRun(5, "finetune", "ended", RunState::Done);
        update.metrics = {{"loss", points(1, 5)}};
        m_page->update(update);
        QVERIFY(!more->isVisible());
        QCOMPARE(m_page->charts()->group(), ChartGroup::Overview);
    }

    void aScalesOnlyRunSaysThatItHasNoFlips()
    {
        RunUpdate update = firstUpdate();
        nlohmann::json job = update.run.job.get();
        job["train"] = "scales";
        update.run.job = job;
        update.run.id = 6;
        update.metrics = {{"loss", points(1, 5)}};
        update.layers.clear();
        m_page->setRun(6);
        m_page->update(update);
        m_page->charts()->setGroup(ChartGroup::Overview);
        QCOMPARE(m_page->charts()->shownCharts().at(2)->title(), "Drift of the scales");
        m_page->charts()->setGroup(ChartGroup::Flips);
        QCOMPARE(m_page->charts()->shownCharts().size(), 1U);
        QVERIFY(emptyChartText(runChartList()[2], update.run).contains(QStringLiteral("scales only")));
    }

    void eventsStandOnEveryChart()
    {
        RunUpdate update = firstUpdate();
        update.fromStart = false;
        update.metrics.clear();
        update.events = {{1, 20, 0, "setting", "learning_rate 0.0005 to 0.0001"}};
        m_page->update(update);
        for (LineChart* chart : m_page->charts()->shownCharts()) {
            if (chart->curves().empty()) continue;
            chart->refresh();
            chart->showCursorAt(20);
            const auto& marks = chart->findChild<ChartCursor*>()->reading().marks;
            QVERIFY2(!marks.empty() && marks.back().text.endsWith(QStringLiteral("0.0005 to 0.0001")),
                     qPrintable(chart->title()));
        }
    }

    void textsAreReadNewestFirst()
    {
        auto* samples = m_page->samples();
        QVERIFY(m_page->tabs()->indexOf(samples) >= 0);
        RunUpdate update = firstUpdate();
        update.fromStart = false;
        update.samples = {{1, 50, 0, "Once", " upon a time", " upon a hill"}};
        m_page->update(update);
        QCOMPARE(samples->teacherText(), " upon a time");
        QCOMPARE(samples->studentText(), " upon a hill");
        QCOMPARE(samples->agreementText(), "The first 8 characters are the same.");
        update.samples = {{2, 100, 0, "Once", " upon a time", " upon a time"}};
        m_page->update(update);
        QCOMPARE(samples->list()->count(), 2);
        QCOMPARE(samples->list()->item(0)->text(), "Step 100 · Once");
        QCOMPARE(samples->agreementText(), "Both wrote the same.");
        samples->list()->setCurrentRow(1); // the user looks at an older one
        update.samples = {{3, 150, 0, "Once", "a", "b"}};
        m_page->update(update);
        QCOMPARE(samples->studentText(), " upon a hill");
        QCOMPARE(samples->list()->count(), 3);
    }

    void aSettingIsCheckedAskedForAndShownInForce()
    {
        auto* panel = m_page->settings();
        QVERIFY(!panel->isVisible());
        m_page->header()->button(RunHeader::Ask::Change)->click();
        QVERIFY(panel->isVisible());
        QVERIFY(!panel->applyButton()->isEnabled());
        QVERIFY2(panel->note("learning_rate")
                     .startsWith(QStringLiteral("In force: 0.0005, by the schedule now 0.2")),
                 qPrintable(panel->note("learning_rate")));
        panel->editor("learning_rate")->setText(QStringLiteral("7"));
        QVERIFY(!panel->applyButton()->isEnabled());
        QVERIFY2(panel->note("learning_rate").contains(QStringLiteral("expected")),
                 qPrintable(panel->note("learning_rate")));
        panel->editor("learning_rate")->setText(QStringLiteral("1e-4"));
        QVERIFY(panel->applyButton()->isEnabled());
        QSignalSpy asked(m_page.get(), &RunPage::settingRequested);
        panel->applyButton()->click();
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][1].toString(), "learning_rate");
        QVERIFY(panel->note("learning_rate").contains(QStringLiteral("asked for: 0.0001")));
        QVERIFY(!panel->applyButton()->isEnabled());
        RunUpdate update = firstUpdate();
        update.fromStart = false;
        update.metrics.clear();
        update.settings = {{"learning_rate", 1e-4, 0, 51}};
        m_page->update(update);
        QVERIFY2(panel->note("learning_rate").startsWith(QStringLiteral("In force: 0.0001")),
                 qPrintable(panel->note("learning_rate")));
        QVERIFY(!panel->note("learning_rate").contains(QStringLiteral("asked")));
        update.run.state = RunState::Done;
        m_page->update(update);
        QVERIFY(!panel->isVisible());
    }

    void onlyWhatTheRuleReadsIsOffered()
    {
        auto* panel = m_page->settings();
        RunUpdate update = firstUpdate();
        update.run.id = 8;
        update.run.job = {{"kind", "finetune"}, {"bool_rule", "bold"}, {"bool_lr", 2.0}};
        update.metrics = {{"bool_learning_rate", points(1, 4)}};
        m_page->setRun(8);
        m_page->update(update);
        for (const char* key : {"bool_threshold", "bool_cap", "flips_per_token"})
            QVERIFY2(panel->editor(key) == nullptr, key);
        QVERIFY(panel->editor("bool_lr") != nullptr);
        QVERIFY2(panel->note("bool_lr").startsWith(QStringLiteral("In force: 2, by the schedule now 2.5")),
                 qPrintable(panel->note("bool_lr")));
        QVERIFY(!panel->editor("bool_lr")->input()->accessibleName().isEmpty());
        update.run.id = 9;
        update.run.job = {{"kind", "finetune"}, {"train", "scales"}};
        m_page->setRun(9);
        m_page->update(update);
        QVERIFY(panel->editor("bool_lr") == nullptr);
        QVERIFY(panel->editor("learning_rate") != nullptr);
    }

    void theSignalGetsItsChartsWhereItIsTold()
    {
        m_page->charts()->setGroup(ChartGroup::Flips);
        const auto before = m_page->charts()->shownCharts().size();
        RunUpdate update = firstUpdate();
        update.fromStart = false;
        update.metrics = {{"bool_signal_norm", points(1, 50)},
                          {"bool_learning_rate", points(1, 50)},
                          {"ever_flipped_share", points(1, 50)},
                          {"flipped_share", points(1, 50)}};
        m_page->update(update);
        QCOMPARE(m_page->charts()->shownCharts().size(), before + 2);
        QCOMPARE(m_page->charts()->chart("ever_flipped_share"), m_page->charts()->chart("flipped_share"));
        QCOMPARE(m_page->charts()->chart("ever_flipped_share")->curves().at(0).name,
                 QStringLiteral("Ever flipped"));
    }

    void loadsAndMemoryAreShownInTheirUnits()
    {
        RunUpdate update = firstUpdate();
        update.fromStart = false;
        update.metrics = {{"cpu_load", {{1, 0.5, 0}}}, {"memory_bytes", {{1, 2e9, 0}}}};
        m_page->update(update);
        QCOMPARE(m_page->charts()->chart("cpu_load")->curves().at(0).data.raw().at(0).y, 50.0);
        QCOMPARE(m_page->charts()->chart("memory_bytes")->curves().at(0).data.raw().at(0).y, 2.0);
    }

    void anEndedRunIsExtended()
    {
        RunUpdate update = firstUpdate();
        update.run.state = RunState::Done;
        m_page->update(update);
        m_page->header()->button(RunHeader::Ask::Extend)->click();
        auto* panel = m_page->extension();
        QVERIFY(panel->isVisible());
        panel->steps()->setValue(50);
        QVERIFY(panel->note().contains(QStringLiteral("to step 250 instead of 200")));
        QSignalSpy extended(m_page.get(), &RunPage::extendRequested);
        panel->extendButton()->click();
        QCOMPARE(extended.count(), 1);
        QCOMPARE(extended[0][0].toLongLong(), 3);
        QCOMPARE(extended[0][1].toLongLong(), 250);
        QVERIFY(!panel->isVisible());
    }

    void aRunReadFromItsStartReplacesWhatStood()
    {
        RunUpdate again = firstUpdate();
        again.metrics = {{"loss", points(1, 20)}};
        m_page->update(again);
        QCOMPARE(m_page->charts()->chart("loss")->curves()[0].data.raw().size(), 20U);
        QCOMPARE(m_page->layers()->flipMap()->grid().columns().size(), 2U);
        QCOMPARE(m_page->log()->text().count(QLatin1Char('\n')), 2);
    }

    void rowsOfTheRunSelectedBeforeAreIgnored()
    {
        m_page->setRun(7);
        m_page->update(firstUpdate());
        QVERIFY(!m_page->header()->isVisible());
    }

    void zoomIsShared()
    {
        m_page->charts()->chart("loss")->setView(LineChart::View{10, 20});
        QCOMPARE(m_page->charts()->chart("flip_rate")->view()->low, 10.0);
        m_page->charts()->chart("flip_rate")->setView(std::nullopt);
        QVERIFY(!m_page->charts()->chart("loss")->view());
    }

    void theLogFiltersByLevel()
    {
        QVERIFY(m_page->log()->text().contains(QStringLiteral("loading")));
        m_page->log()->findChild<QComboBox*>()->setCurrentIndex(1);
        QCOMPARE(m_page->log()->text().count(QLatin1Char('\n')), 1);
        const auto* view = m_page->log()->findChild<QPlainTextEdit*>();
        QTRY_COMPARE(view->toPlainText(), m_page->log()->text());
    }

    void theLogFollowsUntilTheUserScrollsUp()
    {
        std::vector<LogLine> lines;
        for (int i = 0; i < 1000; ++i)
            lines.push_back({10 + i, 1.0, "info", "line " + std::to_string(i)});
        m_page->tabs()->setCurrentWidget(m_page->log());
        m_page->log()->append(lines);
        const auto* view = m_page->log()->findChild<QPlainTextEdit*>();
        QTRY_COMPARE(view->document()->blockCount(), 1003);
        auto* bar = view->verticalScrollBar();
        QCOMPARE(bar->value(), bar->maximum());
        bar->triggerAction(QAbstractSlider::SliderPageStepSub);
        const int place = bar->value();
        m_page->log()->append({{5000, 1.0, "info", "one more"}});
        QTRY_COMPARE(view->document()->blockCount(), 1004);
        QCOMPARE(bar->value(), place);
    }

    void detailsHoldJobResultsAndSeed()
    {
        RunUpdate update = firstUpdate();
        update.run.seed = 1234;
        update.run.result = {{"perplexity", 40.25}};
        update.run.versions = {{"boolab", "0.1.0"}};
        update.artifacts = {{"boolean model", "/tmp/out & more", 1'500'000}};
        m_page->update(update);
        for (const char* part :
             {"perplexity", "40.25", "1234", "models/a.gguf", "0.1.0", "/tmp/out & more", "1.5 MB"})
            QVERIFY2(m_page->details()->text().contains(QString::fromLatin1(part)), part);
    }

    void aConvertRunOpensOnItsLayers()
    {
        RunUpdate update;
        update.run = test::sampleRun(1, "convert", "three kernels", RunState::Done);
        update.fromStart = true;
        m_page->setRun(1);
        m_page->update(update);
        QCOMPARE(m_page->tabs()->currentWidget(), m_page->layers());
        QVERIFY(!m_page->layers()->flipMap()->isVisible());
    }

    void savesAChartWhereAsked()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("loss.csv"));
        setNextSaveFile(file);
        QSignalSpy told(m_page.get(), &RunPage::told);
        for (QMenu* menu : m_page->charts()->findChildren<QMenu*>())
            menu->actions().first()->trigger();
        QVERIFY(QFile::exists(file));
        QCOMPARE(told.count(), 1);
    }

    void requestsCarryTheRun()
    {
        QSignalSpy requested(m_page.get(), &RunPage::requested);
        m_page->header()->button(RunHeader::Ask::Stop)->click();
        QCOMPARE(requested.count(), 1);
        QCOMPARE(requested[0][0].toLongLong(), 3);
        QCOMPARE(requested[0][1].value<RequestKind>(), RequestKind::Stop);
    }

private:
    std::unique_ptr<RunPage> m_page;
};

QTEST_MAIN(TestRunPage)
#include "test_run_page.moc"
