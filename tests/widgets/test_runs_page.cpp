// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_recorder.h"
#include "widgets/charts/line_chart.h"
#include "widgets/runs/lineage_view.h"
#include "widgets/runs/run_charts.h"
#include "widgets/runs/run_header.h"
#include "widgets/runs/run_notes.h"
#include "widgets/runs/run_page.h"
#include "widgets/runs/runs_list.h"
#include "widgets/runs/runs_model.h"
#include "widgets/runs/runs_page.h"

#include <QClipboard>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>

using namespace boolab;
using namespace boolab::ui;

namespace
{

NewRun newRun(const std::string& kind, const std::string& name)
{
    NewRun run;
    run.project = "test";
    run.kind = kind;
    run.name = name;
    run.job = {{"kind", kind}, {"model", "/models/a.gguf"}, {"output", "/models/out"}};
    run.totalSteps = 100;
    return run;
}

} // namespace

class TestRunsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_database = m_folder->filePath(QStringLiteral("runs.sqlite")).toStdString();
        m_page = std::make_unique<RunsPage>(m_database);
        m_page->resize(1200, 750);
        m_page->show();
    }

    void cleanup() { m_page.reset(); }

    void aRunStartedElsewhereShowsLive()
    {
        auto recorder = RunRecorder::begin(m_database, newRun("finetune", "from a terminal"));
        QVERIFY(recorder);
        m_page->showRun(recorder->id());
        for (int step = 1; step <= 10; ++step)
            recorder->metric(step, "loss", 1.0 / step);
        recorder->progress(10, 100);
        QVERIFY(recorder->flush());
        QTRY_COMPARE(model()->rowCount(), 1);
        QTRY_VERIFY(!loss()->curves().empty() && loss()->curves()[0].data.raw().size() == 10);
        recorder->metric(11, "loss", 0.5);
        QVERIFY(recorder->flush());
        QTRY_COMPARE(loss()->curves()[0].data.raw().size(), 11U);
        QVERIFY(recorder->end(RunState::Done, "", {{"perplexity", 40.5}}));
        QTRY_COMPARE(model()->index(0, RunsModel::State).data().toString(), "Done");
        QTRY_COMPARE(model()->index(0, RunsModel::Perplexity).data().toString(), "40.5");
    }

    void pauseIsAskedOfTheEngine()
    {
        auto recorder = RunRecorder::begin(m_database, newRun("finetune", "run"));
        QVERIFY(recorder);
        m_page->showRun(recorder->id());
        auto* pause = page()->header()->button(RunHeader::Ask::Pause);
        QTRY_VERIFY(pause->isVisible() && pause->isEnabled());
        pause->click();
        std::vector<RequestKind> taken;
        const auto take = [&] {
            std::ranges::copy(recorder->takeRequests(), std::back_inserter(taken));
            return !taken.empty();
        };
        QTRY_VERIFY(take());
        QCOMPARE(taken[0], RequestKind::Pause);
        recorder->state(RunState::Paused);
        QVERIFY(recorder->flush());
        QTRY_VERIFY(page()->header()->button(RunHeader::Ask::Continue)->isEnabled());
        QVERIFY(recorder->end(RunState::Done));
    }

    void runAgainAndCloneHandOverTheJob()
    {
        endedRun("convert", "three kernels");
        std::optional<Job> again, cloned;
        connect(m_page.get(), &RunsPage::runAgainRequested, this, [&](const Job& job) { again = job; });
        connect(m_page.get(), &RunsPage::cloneRequested, this, [&](const Job& job) { cloned = job; });
        QSignalSpy status(m_page.get(), &RunsPage::statusChanged);
        QTRY_VERIFY(page()->header()->button(RunHeader::Ask::Again)->isVisible());
        page()->header()->button(RunHeader::Ask::Again)->click();
        page()->header()->button(RunHeader::Ask::Clone)->click();
        QVERIFY2(status.isEmpty(), status.isEmpty() ? "" : qPrintable(status[0][0].toString()));
        QVERIFY(again && cloned && *again == *cloned);
        QCOMPARE(again->text("model"), "/models/a.gguf");
        page()->header()->button(RunHeader::Ask::Copy)->click();
        QVERIFY(QGuiApplication::clipboard()->text().startsWith(
            QStringLiteral("boolab-cli convert /models/a.gguf")));
    }

    void renamingInTheListReachesTheDatabase()
    {
        const RunId id = endedRun("convert", "old name");
        QTRY_COMPARE(model()->rowCount(), 1);
        QVERIFY(
            model()->setData(model()->index(0, RunsModel::Name), QStringLiteral("new name"), Qt::EditRole));
        const auto store = ExperimentStore::open(m_database);
        QVERIFY(store);
        QTRY_COMPARE(store->run(id)->name, "new name");
    }

    void labelsAndNotesReachTheDatabase()
    {
        const RunId id = endedRun("convert", "run");
        QTRY_COMPARE(model()->rowCount(), 1);
        const auto store = ExperimentStore::open(m_database);
        QVERIFY(store);
        list()->showRun(id);
        list()->pinSelected();
        list()->changeTags({id}, QStringLiteral("base"));
        QTRY_VERIFY(store->run(id)->pinned && store->run(id)->tags == std::vector<std::string>{"base"});
        QTRY_COMPARE(model()->index(0, RunsModel::Tags).data().toString(), "base");
        page()->notes()->edit();
        page()->notes()->editor()->setPlainText(QStringLiteral("# Why"));
        page()->notes()->save();
        QTRY_COMPARE(store->run(id)->notes, "# Why");
        QTRY_COMPARE(page()->notes()->view()->toPlainText(), "Why");
        list()->deleteSelected();
        list()->confirmDelete();
        QTRY_COMPARE(store->deletedRuns()->size(), 1U);
        list()->undo();
        QTRY_COMPARE(store->runs()->size(), 1U);
    }

    void theLineageIsDrawnAndItsRunsCanBeOpened()
    {
        const RunId first = endedRun("convert", "first");
        auto reader = newRun("evaluate", "second");
        reader.job = {{"kind", "evaluate"}, {"model", "/models/out"}};
        auto recorder = RunRecorder::begin(m_database, reader);
        QVERIFY(recorder && recorder->end(RunState::Done));
        m_page->showRun(recorder->id());
        QTRY_COMPARE(list()->currentRun(), recorder->id());
        QTRY_VERIFY(page()->header()->isVisible());
        page()->tabs()->setCurrentWidget(page()->lineage());
        LineageGraph* graph = page()->lineage()->graph();
        QTRY_COMPARE(graph->lineage().nodes.size(), 4U);
        QCOMPARE(graph->lineage().nodes[1].run->id, first);
        QTest::mouseClick(graph, Qt::LeftButton, {}, graph->boxOf(1).center().toPoint());
        QTRY_COMPARE(list()->currentRun(), first);
    }

    void closingThePageMakesDeletionsFinal()
    {
        endedRun("convert", "gone");
        QTRY_COMPARE(model()->rowCount(), 1);
        list()->deleteSelected();
        m_page.reset();
        const auto store = ExperimentStore::open(m_database);
        QVERIFY(store);
        QCOMPARE(store->runs()->size(), 0U);
    }

private:
    RunId endedRun(const std::string& kind, const std::string& name)
    {
        auto recorder = RunRecorder::begin(m_database, newRun(kind, name));
        const RunId id = recorder->id();
        if (!recorder->end(RunState::Done)) return 0;
        return id;
    }

    RunsList* list() const { return m_page->findChild<RunsList*>(); }
    RunsModel* model() const { return list()->model(); }
    RunPage* page() const { return m_page->findChild<RunPage*>(); }
    LineChart* loss() const { return page()->charts()->chart("loss"); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_database;
    std::unique_ptr<RunsPage> m_page;
};

QTEST_MAIN(TestRunsPage)
#include "test_runs_page.moc"
