// SPDX-License-Identifier: Apache-2.0
#include "widgets/compare/compare_page.h"

#include "core/store/run_recorder.h"
#include "tests/widgets/event_loop_probe.h"
#include "widgets/charts/line_chart.h"
#include "widgets/charts/point_chart.h"
#include "widgets/compare/compare_charts.h"
#include "widgets/compare/compare_layers.h"
#include "widgets/compare/compare_tables.h"
#include "widgets/compare/compare_texts.h"
#include "widgets/compare/compare_tray.h"
#include "widgets/compare/facts_table.h"
#include "widgets/compare/reference_list.h"
#include "widgets/compare/tradeoff_view.h"
#include "widgets/runs/notice_bar.h"
#include "widgets/runs/run_mime.h"
#include "widgets/runs/runs_list.h"
#include "widgets/runs/runs_model.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

using namespace boolab;
using namespace boolab::ui;

namespace
{

constexpr int kPatienceMs = 10000;

nlohmann::json perplexityResult(double perplexity, double bits)
{
    return {{"perplexity", perplexity},
            {"protocol", "gptq-2048: no BOS, non-overlapping windows, tail dropped"},
            {"windows", 8},
            {"tokens", 16384},
            {"bits_per_weight", bits},
            {"bits_per_weight_all", bits + 3},
            {"file_bytes", bits * 40e6},
            {"max_kernels", 2}};
}

/// Rows of a table by the text of their first cell.
const std::vector<FactCell>* rowOf(const FactsTable& table, const QString& title)
{
    for (const auto& row : table.facts().rows)
        if (row.front().text == title) return &row;
    return nullptr;
}

} // namespace

class TestComparePage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_ids.clear();
    }

    void anEmptyTrayExplainsWhatToDo()
    {
        ComparePage page(database());
        QVERIFY2(page.emptyText().contains("Runs"), qPrintable(page.emptyText()));
        QSignalSpy goes(&page, &ComparePage::runsPageRequested);
        page.findChild<QPushButton*>("goToRuns")->click();
        QCOMPARE(goes.count(), 1);
    }

    void dropOfPlainTextIsRejected()
    {
        ComparePage page(database());
        QMimeData text;
        text.setText("1,2");
        QVERIFY(!drop(page, text));
        QMimeData damaged;
        damaged.setData(kRunsMimeType, "1,x");
        QVERIFY(!drop(page, damaged));
        QVERIFY(page.tray()->ids().empty());
    }

    void runsOfTheListCanBeDropped()
    {
        makeTwoTrainings();
        RunsList list;
        auto store = ExperimentStore::open(database());
        QVERIFY(store);
        list.setRuns(*store->runs());
        list.view()->selectAll();
        const std::unique_ptr<QMimeData> data(
            list.view()->model()->mimeData(list.view()->selectionModel()->selectedIndexes()));
        QVERIFY(data);
        QCOMPARE(runsIn(*data).size(), std::size_t{2});
        ComparePage page(database());
        QVERIFY(drop(page, *data));
        QCOMPARE(page.tray()->ids().size(), std::size_t{2});
        QVERIFY(page.emptyText().isEmpty());
        QVERIFY(drop(page, *data)); // twice is once
        QCOMPARE(page.tray()->ids().size(), std::size_t{2});
    }

    void theListAsksForAComparison()
    {
        makeTwoTrainings();
        RunsList list;
        list.setRuns(*ExperimentStore::open(database())->runs());
        list.view()->selectAll();
        QSignalSpy asked(&list, &RunsList::compareRequested);
        list.compareSelected();
        list.collectSelected();
        QCOMPARE(asked.count(), 2);
        QCOMPARE(asked[0][1].toBool(), true);
        QCOMPARE(asked[1][1].toBool(), false);
    }

    void curvesOfAllRunsLieOverEachOther()
    {
        makeTwoTrainings();
        const auto page = opened();
        LineChart* loss = page->charts()->chart("loss");
        QVERIFY(loss);
        QTRY_COMPARE_WITH_TIMEOUT(loss->curves().size(), std::size_t{2}, kPatienceMs);
        QVERIFY(loss->curves()[0].color != loss->curves()[1].color);
        QCOMPARE(loss->curves()[0].color, page->tray()->colors().at(m_ids[0]));
        QCOMPARE(loss->curves()[0].data.raw().back().x, 20.0);
        page->charts()->setAxis(CurveAxis::Tokens);
        QCOMPARE(loss->curves()[0].data.raw().back().x, 20.0 * 128 * 4);
        QCOMPARE(loss->curves()[1].data.raw().back().x, 20.0 * 128 * 8); // larger batches
        page->charts()->setAxis(CurveAxis::Time);
        QVERIFY(loss->curves()[0].data.raw().back().x < 60);
    }

    void settingsThatDifferStandOnTop()
    {
        makeTwoTrainings();
        const auto page = opened();
        page->tabs()->setCurrentIndex(1);
        const auto& rows = page->settingsTable()->facts().rows;
        QVERIFY(rows.size() > 5);
        QVERIFY(rows[0].front().isBold);
        const auto differing =
            std::ranges::count_if(rows, [](const auto& row) { return row.front().isBold; });
        for (std::ptrdiff_t i = 0; i < differing; ++i)
            QVERIFY(rows[static_cast<std::size_t>(i)].front().isBold);
        page->findChildren<QCheckBox*>();
        for (auto* box : page->findChildren<QCheckBox*>())
            if (box->text().contains("nly what differs")) box->setChecked(true);
        QCOMPARE(static_cast<std::ptrdiff_t>(page->settingsTable()->facts().rows.size()), differing);
    }

    void settingsOfOneKindAreFolded()
    {
        RunRecord tuned, measured;
        tuned.id = 1;
        tuned.kind = "finetune";
        tuned.job = {{"kind", "finetune"}, {"student", "/s"}, {"steps", 7}};
        measured.id = 2;
        measured.kind = "evaluate";
        measured.job = {{"kind", "evaluate"}, {"model", "/m"}, {"perplexity", "/t.txt"}};
        CompareInput input;
        for (const RunRecord& run : {tuned, measured}) {
            ComparedRun one;
            one.run = run;
            input.runs.push_back(one);
        }
        const auto folded = settingsFacts(input, true);
        std::vector<QString> labels;
        for (const auto& row : folded.rows)
            if (!row.front().isBold) labels.push_back(row.front().text);
        QCOMPARE(labels,
                 (std::vector<QString>{QStringLiteral("evaluate alone"), QStringLiteral("finetune alone")}));
        QVERIFY2(folded.rows.size() < 8, qPrintable(QString::number(folded.rows.size())));
        const auto& row = folded.rows.back();
        QVERIFY2(row[1].text.startsWith(QStringLiteral("Student: /s")) ||
                     row[1].text.contains(QStringLiteral("Steps: 7")),
                 qPrintable(row[1].text));
        QVERIFY(row[1].text.contains(QStringLiteral("at default")));
        QCOMPARE(row[2].text, QStringLiteral("–"));
        QVERIFY(settingsFacts(input, false).rows.size() > 40);
    }

    void loadsAreToldInPerCent()
    {
        QCOMPARE(figureText("cpu_load", 0.5), QStringLiteral("50"));
        QVERIFY(figureTitle("cpu_load").contains(QLatin1Char('%')));
    }

    void theBestIsMarkedAndTheBaselineComparedWith()
    {
        makeTwoEvaluations();
        const auto page = opened();
        page->tabs()->setCurrentIndex(2);
        const auto* row = rowOf(*page->resultsTable(), "Perplexity");
        QVERIFY(row);
        QVERIFY(!(*row)[2].isGood && (*row)[3].isGood);
        QVERIFY2((*row)[3].text.contains(QStringLiteral("★")), qPrintable((*row)[3].text));
        QVERIFY(!(*row)[3].text.contains('%'));
        page->tray()->list()->setCurrentRow(0);
        page->tray()->baselineButton()->click();
        row = rowOf(*page->resultsTable(), "Perplexity");
        QVERIFY2((*row)[3].text.contains(QStringLiteral("−10, −20.0 %")), qPrintable((*row)[3].text));
        QVERIFY(page->tray()->list()->item(0)->text().contains("baseline"));
        page->tray()->baselineButton()->click();
        QVERIFY(!page->tray()->baseline());
    }

    void differentProtocolsAreMarked()
    {
        makeTwoEvaluations();
        auto other = perplexityResult(9, 2);
        other["windows"] = 16;
        record("evaluate", "other windows", {{"model", "/c"}, {"perplexity", "/wiki.txt"}, {"windows", 16}},
               other);
        const auto page = opened();
        page->tabs()->setCurrentIndex(2);
        const QString note = page->findChild<QLabel*>("resultsNote")->text();
        QVERIFY2(note.contains("not comparable"), qPrintable(note));
        int rows = 0;
        for (const auto& row : page->resultsTable()->facts().rows)
            if (row[0].text == "Perplexity") {
                ++rows;
                QVERIFY(row[1].text.startsWith(QStringLiteral("⚠")));
            }
        QCOMPARE(rows, 2);
        page->tabs()->setCurrentIndex(5);
        QVERIFY2(page->tradeoff()->note().contains("1 measured by another protocol"),
                 qPrintable(page->tradeoff()->note()));
        QCOMPARE(page->tradeoff()->chart()->points().size(), std::size_t{2});
    }

    void runsThatAreNotTickedLeaveTheViews()
    {
        makeTwoTrainings();
        const auto page = opened();
        QTRY_COMPARE_WITH_TIMEOUT(page->charts()->chart("loss")->curves().size(), std::size_t{2},
                                  kPatienceMs);
        page->tray()->list()->item(0)->setCheckState(Qt::Unchecked);
        QCOMPARE(page->charts()->chart("loss")->curves().size(), std::size_t{1});
        QCOMPARE(page->charts()->chart("loss")->curves()[0].name, QStringLiteral("second"));
        QCOMPARE(page->charts()->chart("loss")->curves()[0].color,
                 page->tray()->colors().at(m_ids[1])); // as before
        page->tray()->list()->item(0)->setCheckState(Qt::Checked);
        QCOMPARE(page->charts()->chart("loss")->curves().size(), std::size_t{2});
    }

    void aDeletedRunLeavesTheTray()
    {
        makeTwoEvaluations();
        const auto page = opened();
        page->tray()->setBaseline(m_ids[0]);
        auto store = ExperimentStore::open(database());
        QVERIFY(store->deleteRun(m_ids[0]));
        QTRY_COMPARE_WITH_TIMEOUT(page->tray()->ids(), std::vector<RunId>{m_ids[1]}, kPatienceMs);
        QVERIFY(!page->tray()->baseline());
        QCOMPARE(page->tray()->list()->count(), 1);
    }

    void takesRunsOutByKeyboard()
    {
        makeTwoEvaluations();
        const auto page = opened();
        page->tray()->list()->setCurrentRow(1);
        page->tray()->removeButton()->click();
        QCOMPARE(page->tray()->ids(), std::vector<RunId>{m_ids[0]});
        page->tray()->clear();
        QVERIFY(!page->emptyText().isEmpty());
    }

    void aRunThatGoesOnGrows()
    {
        auto recorder = begin("finetune", "going", trainingJob(4));
        recorder->metric(1, "loss", 2);
        recorder->metric(2, "loss", 1.5);
        QVERIFY(recorder->flush());
        m_ids.push_back(recorder->id());
        const auto page = opened();
        LineChart* loss = page->charts()->chart("loss");
        QVERIFY(loss);
        QTRY_COMPARE_WITH_TIMEOUT(loss->curves().size(), std::size_t{1}, kPatienceMs);
        QCOMPARE(loss->curves()[0].data.raw().size(), std::size_t{2});
        recorder->metric(3, "loss", 1.2);
        QVERIFY(recorder->flush());
        QTRY_COMPARE_WITH_TIMEOUT(loss->curves()[0].data.raw().size(), std::size_t{3}, kPatienceMs);
    }

    void layersComeFromTheConversionBehind()
    {
        auto conversion =
            begin("convert", "k2", {{"kind", "convert"}, {"model", "/m"}, {"output", "/a"}, {"kernels", 2}});
        conversion->layers({"model.layers.0.self_attn.q_proj", "model.layers.1.self_attn.q_proj"});
        conversion->layerStats(1, "kernel_count", {2, 3});
        conversion->layerStats(1, "relative_error", {0.25F, 0.5F});
        QVERIFY(conversion->end(RunState::Done));
        QTest::qWait(20);     // the evaluation begins later
        makeTwoEvaluations(); // of /a and /b
        const auto page = opened();
        page->tabs()->setCurrentIndex(3);
        QCOMPARE(page->layers()->quantities()->count(), 2);
        const auto& rows = page->layers()->table()->facts().rows;
        QCOMPARE(rows.size(), std::size_t{3}); // a mean above
        QCOMPARE(rows[0][1].text, QStringLiteral("2.5"));
        QCOMPARE(rows[2][1].text, QStringLiteral("3"));
        QCOMPARE(rows[2][2].text, QStringLiteral("–"));
        page->layers()->quantities()->setCurrentIndex(1);
        QCOMPARE(page->layers()->table()->facts().rows[1][1].text, QStringLiteral("0.25"));
    }

    void evaluationsOfTheModelsAreOffered()
    {
        record("convert", "k2", {{"model", "/m"}, {"output", "/a"}, {"kernels", 2}},
               {{"bits_per_weight", 2.0}});
        QTest::qWait(20);
        makeTwoEvaluations(); // of /a and /b
        const std::vector<RunId> evaluations{m_ids[1], m_ids[2]};
        m_ids.resize(1);
        const auto page = opened();
        QVERIFY2(page->notice()->text().contains("One evaluation"), qPrintable(page->notice()->text()));
        page->notice()->actionButton()->click();
        QCOMPARE(page->tray()->ids(), (std::vector<RunId>{m_ids[0], evaluations[0]}));
        QTRY_VERIFY_WITH_TIMEOUT(!page->notice()->isVisible(), kPatienceMs);
    }

    void textsStandSideBySide()
    {
        for (const char* text : {"upon a mat", "in a hat"}) {
            auto recorder = begin("finetune", text, trainingJob(4));
            recorder->sample(5, {.prompt = "Once", .teacher = "upon a time", .student = text});
            QVERIFY(recorder->end(RunState::Done));
            m_ids.push_back(recorder->id());
        }
        const auto page = opened();
        page->tabs()->setCurrentIndex(4);
        QCOMPARE(page->texts()->texts(), (QStringList{"upon a time", "upon a mat", "in a hat"}));
        QCOMPARE(page->texts()->prompts()->count(), 1);
    }

    void viewsWithoutDataSayWhy()
    {
        makeTwoTrainings();
        const auto page = opened();
        page->tabs()->setCurrentIndex(5);
        QVERIFY(page->tradeoff()->emptyText().contains("page Evaluate"));
        QVERIFY(!page->tradeoff()->emptyText().contains("boolab-cli"));
        QVERIFY(page->texts()->emptyText().contains("wrote no texts"));
        QVERIFY(page->layers()->emptyText().contains("onversion"));
    }

    void theFrontAndPublishedFiguresAreDrawn()
    {
        makeTwoEvaluations();
        record("evaluate", "worse", {{"model", "/c"}, {"perplexity", "/wiki.txt"}, {"windows", 8}},
               perplexityResult(60, 4));
        const auto page = opened();
        page->tabs()->setCurrentIndex(5);
        TradeoffView* view = page->tradeoff();
        QCOMPARE(view->chart()->points().size(), std::size_t{3});
        QCOMPARE(view->chart()->front(), (std::vector<int>{0, 1}));
        QVERIFY(!view->chart()->points()[2].isStrong);
        QVERIFY(view->chart()->levels().empty());
        view->setReferencesShown(true);
        view->referenceList()->setModel("OPT-125M");
        const auto levels = view->chart()->levels();
        QVERIFY(!levels.empty());
        for (const ChartLevel& level : levels)
            QVERIFY2(level.text.contains("BinaryMoS repository"), qPrintable(level.text));
        QVERIFY(std::ranges::none_of(levels,
                                     [](const ChartLevel& level) { return level.y > 1000; })); // too far off
        view->setReferencesShown(false);
        QVERIFY(view->chart()->levels().empty());
        view->setSizeAxis(SizeAxis::FileBytes);
        QCOMPARE(view->chart()->points()[0].x, 80.0); // MB
    }

    void aSavedComparisonComesBack()
    {
        makeTwoTrainings();
        std::map<RunId, int> colors;
        {
            const auto page = opened();
            page->tray()->remove({m_ids[0]});
            page->addRuns({m_ids[0]}); // now the second
            page->tray()->setBaseline(m_ids[0]);
            page->charts()->setAxis(CurveAxis::Tokens);
            page->charts()->setSmoothing(17);
            page->tabs()->setCurrentIndex(2);
            colors = page->tray()->colors();
            QSignalSpy told(page.get(), &ComparePage::statusChanged);
            page->saveAs(" mine ");
            QTRY_VERIFY_WITH_TIMEOUT(told.count() > 0, kPatienceMs);
        }
        ComparePage page(database());
        page.openSaved("mine");
        QTRY_COMPARE_WITH_TIMEOUT(page.tray()->ids(), (std::vector<RunId>{m_ids[1], m_ids[0]}), kPatienceMs);
        QCOMPARE(page.tray()->baseline().value_or(0), m_ids[0]);
        QCOMPARE(page.tray()->colors(), colors);
        QCOMPARE(page.charts()->axis(), CurveAxis::Tokens);
        QCOMPARE(page.charts()->smoothing(), 17);
        QCOMPARE(page.tabs()->currentIndex(), 2);
        page.openSaved("theirs");
        QVERIFY2(page.notice()->text().contains("theirs"), qPrintable(page.notice()->text()));
        QCOMPARE(page.tray()->ids().size(), std::size_t{2});
    }

    void reportsAreOneFile_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("begin");
        QTest::newRow("html") << "report.html" << QByteArray("<!DOCTYPE html>");
        QTest::newRow("pdf") << "report.pdf" << QByteArray("%PDF-");
    }

    void reportsAreOneFile()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, begin);
        makeTwoEvaluations();
        const auto page = opened();
        const QString file = m_folder->filePath(name);
        QSignalSpy told(page.get(), &ComparePage::statusChanged);
        page->exportTo(file);
        QTRY_VERIFY_WITH_TIMEOUT(told.count() > 0, kPatienceMs);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QByteArray content = written.readAll();
        QVERIFY(content.startsWith(begin));
        QVERIFY(content.size() > 2000);
        QVERIFY(content.contains(name.endsWith("pdf") ? "/Image" : "<svg ")); // with its charts
        QSignalSpy failed(page.get(), &ComparePage::statusChanged);
        page->exportTo(m_folder->filePath("none/" + name));
        QTRY_VERIFY_WITH_TIMEOUT(failed.count() > 0, kPatienceMs);
        QVERIFY2(page->notice()->text().contains("none"), qPrintable(page->notice()->text()));
    }

    void runsThatWereNeverThereAreNamed()
    {
        makeTwoTrainings();
        const auto page = opened();
        QSignalSpy told(page.get(), &ComparePage::statusChanged);
        page->addRuns({99999});
        QTRY_VERIFY_WITH_TIMEOUT(!page->isReading(), kPatienceMs);
        QCOMPARE(page->tray()->ids(), m_ids);
        QCOMPARE(told.count(), 1);
        QCOMPARE(told[0][0].toString(), QString("There is no run 99999."));
        QVERIFY(ExperimentStore::open(database())->deleteRun(m_ids.back()));
        QTRY_COMPARE_WITH_TIMEOUT(told.count(), 2, kPatienceMs);
        QCOMPARE(told[1][0].toString(), QString("A run was deleted; it has left the comparison."));
    }

    void isReadingUntilEveryCurveIsDrawn()
    {
        constexpr int kSteps = 10'000;
        const std::vector<std::string> metrics = {"loss", "loss_kl", "flip_rate", "grad_norm"};
        for (int run = 0; run < 3; ++run) {
            auto recorder = begin("finetune", "run " + std::to_string(run), trainingJob(4));
            for (int step = 1; step <= kSteps; ++step)
                for (const std::string& metric : metrics)
                    recorder->metric(step, metric, 1.0 / (step + run));
            QVERIFY(recorder->end(RunState::Done, {}, {{"loss", 1.0 / kSteps}}));
            m_ids.push_back(recorder->id());
        }
        ComparePage page(database());
        page.resize(1100, 720);
        page.show();
        page.addRuns(m_ids);
        QTRY_VERIFY_WITH_TIMEOUT(!page.isReading(), kPatienceMs);
        QCOMPARE(page.charts()->metrics().size(), metrics.size());
        for (const std::string& metric : page.charts()->metrics())
            QVERIFY2(page.charts()->chart(metric)->curves().size() == 3, metric.c_str());
    }

    void tenLongRunsAreThereAtOnce()
    {
        constexpr int kSteps = 10'000;
        for (int run = 0; run < 10; ++run) {
            auto recorder = begin("finetune", "run " + std::to_string(run), trainingJob(4));
            for (int step = 1; step <= kSteps; ++step)
                for (const char* metric : {"loss", "loss_kl", "flip_rate", "grad_norm"})
                    recorder->metric(step, metric, 1.0 / (step + run));
            QVERIFY(recorder->end(RunState::Done, {}, {{"loss", 1.0 / kSteps}}));
            m_ids.push_back(recorder->id());
        }
        ComparePage page(database());
        page.resize(1100, 720);
        page.show();
        QTRY_VERIFY_WITH_TIMEOUT(!page.isReading(), kPatienceMs);
        test::EventLoopProbe probe;
        QElapsedTimer timer;
        timer.start();
        probe.start();
        page.addRuns(m_ids);
        const auto isDrawn = [&] {
            const LineChart* chart = page.charts()->chart("loss");
            return chart != nullptr && chart->curves().size() == 10 &&
                   chart->curves()[9].data.raw().size() == kSteps;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isDrawn(), kPatienceMs);
        const qint64 opened = timer.elapsed();
        QTest::qWait(300); // the charts are laid out a moment later
        probe.stop();
        qInfo("ten runs of %d steps: drawn after %lld ms, the window was held up for %.0f ms at most", kSteps,
              opened, probe.worstGapMs());
        QVERIFY2(opened < 5000, std::to_string(opened).c_str());
        QVERIFY2(probe.worstGapMs() < 500, std::to_string(probe.worstGapMs()).c_str());
    }

    void manyRunsHaveColoursOfTheirOwn()
    {
        CompareTray tray;
        std::vector<RunId> ids;
        for (RunId id = 1; id <= 21; ++id)
            ids.push_back(id);
        tray.add(ids);
        std::set<int> colors;
        for (const auto& [id, color] : tray.colors())
            colors.insert(color);
        QCOMPARE(colors.size(), std::size_t{21});
        tray.remove({3});
        tray.add({30});
        QCOMPARE(tray.colors().at(30), 2); // what is free again
        QCOMPARE(tray.colors().at(4), 3);
    }

    void theTablesModelIsSound()
    {
        FactsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFacts({.heads = {{"a"}, {"b"}}, .rows = {{{"1"}, {"2"}}}});
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setFacts({.heads = {{"a"}, {"b"}}, .rows = {{{"1"}, {"3"}}}});
        QCOMPARE(resets.count(), 0);
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("3"));
        model.setFacts({.heads = {{"a"}}, .rows = {}});
        QCOMPARE(resets.count(), 1);
    }

private:
    std::filesystem::path database() const { return m_folder->filePath("runs.sqlite").toStdString(); }

    static nlohmann::json trainingJob(int batch)
    {
        return {{"kind", "finetune"}, {"student", "/s"}, {"teacher", "/t"},     {"data", "/d.txt"},
                {"output", "/o"},     {"seq_len", 128},  {"batch_size", batch}, {"grad_accum", 1}};
    }

    std::optional<RunRecorder> begin(const std::string& kind, const std::string& name,
                                     const nlohmann::json& job)
    {
        NewRun run;
        run.project = "p";
        run.kind = kind;
        run.name = name;
        run.job = job;
        run.device = "cpu";
        auto recorder = RunRecorder::begin(database(), run);
        if (!recorder) qFatal("%s", recorder.error().text().c_str());
        recorder->state(RunState::Running);
        return std::move(*recorder);
    }

    void record(const std::string& kind, const std::string& name, nlohmann::json job,
                const nlohmann::json& result)
    {
        job["kind"] = kind;
        auto recorder = begin(kind, name, job);
        if (kind == "finetune")
            for (int step = 1; step <= 20; ++step)
                recorder->metric(step, "loss", 1.0 / step);
        if (!recorder->end(RunState::Done, {}, result)) qFatal("the run cannot be ended");
        m_ids.push_back(recorder->id());
    }

    void makeTwoTrainings()
    {
        record("finetune", "first", trainingJob(4), {{"loss", 0.05}, {"tokens_per_second", 100.0}});
        record("finetune", "second", trainingJob(8), {{"loss", 0.06}, {"tokens_per_second", 120.0}});
    }

    void makeTwoEvaluations()
    {
        record("evaluate", "two", {{"model", "/a"}, {"perplexity", "/wiki.txt"}, {"windows", 8}},
               perplexityResult(50, 2));
        record("evaluate", "three", {{"model", "/b"}, {"perplexity", "/wiki.txt"}, {"windows", 8}},
               perplexityResult(40, 3));
    }

    /// With all runs of m_ids, read.
    std::unique_ptr<ComparePage> opened()
    {
        auto page = std::make_unique<ComparePage>(database());
        page->resize(1100, 720);
        page->show();
        page->addRuns(m_ids);
        [&] {
            QTRY_VERIFY_WITH_TIMEOUT(!page->isReading(), kPatienceMs);
            QTest::qWait(50); // curves are asked for by the first reading
            QTRY_VERIFY_WITH_TIMEOUT(!page->isReading(), kPatienceMs);
        }();
        return page;
    }

    static bool drop(QWidget& on, QMimeData& data)
    {
        QDragEnterEvent enter({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        enter.ignore();
        QCoreApplication::sendEvent(&on, &enter);
        if (!enter.isAccepted()) return false;
        QDropEvent event({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&on, &event);
        return event.isAccepted();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<RunId> m_ids;
};

QTEST_MAIN(TestComparePage)
#include "test_compare_page.moc"
