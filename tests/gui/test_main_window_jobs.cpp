// SPDX-License-Identifier: Apache-2.0
#include "main_window_fixture.h"

#include <QPushButton>
#include <QTreeView>

#include "core/store/run_recorder.h"
#include "widgets/pages/convert_page.h"
#include "widgets/playground/playground_column.h"
#include "widgets/playground/playground_page.h"
#include "widgets/runs/run_header.h"
#include "widgets/runs/runs_list.h"
#include "widgets/runs/runs_page.h"

using namespace boolab;
using namespace boolab::ui;

class TestMainWindowJobs : public QObject, private MainWindowFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { makeFolder(); }

    void showsTheRunOfAStartedJob()
    {
        const auto window = open();
        Job job(JobKind::Convert);
        QVERIFY(job.set("model", kModel.toStdString()));
        QVERIFY(job.set("output", path("k3").toStdString()));
        auto older = begin(job, "older");
        QVERIFY(older);
        QVERIFY(older->end(RunState::Done));
        QTest::qWait(30); // rows are told apart by their time
        Q_EMIT form(*window, JobKind::Convert)->startRequested(job);
        QTRY_COMPARE_WITH_TIMEOUT(window->page(), Page::Runs, kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(textOf("cli.arguments").startsWith("convert\n"), kPatienceMs);
        auto started = begin(job, "started");
        QVERIFY(started);
        QTRY_COMPARE_WITH_TIMEOUT(part<RunsList>(*window)->currentRun(), started->id(), kPatienceMs);
        QCOMPARE(form(*window, JobKind::Finetune)->job().text("student"), path("k3").toStdString());
    }

    void theOpenModelIsExportedByItsForm()
    {
        const auto window = openWithModel();
        part<QPushButton>(*window, "exportModel")->click();
        QCOMPARE(window->page(), Page::Export);
        JobForm* exporting = form(*window, JobKind::Export);
        QCOMPARE(exporting->job().text("model"), kModel.toStdString());
        QCOMPARE(exporting->job().text("output"), kModel.toStdString() + "-bf16");
        exporting->setValue("format", "gguf");
        QCOMPARE(exporting->job().text("output"), kModel.toStdString() + "-F16.gguf");
        Q_EMIT exporting->startRequested(exporting->job());
        QTRY_VERIFY_WITH_TIMEOUT(textOf("cli.arguments").startsWith("export\n"), kPatienceMs);
    }

    void oneProcessMeasuresSeveralModels()
    {
        const auto window = open();
        write("text.txt", "Once upon a time.\n");
        JobForm* evaluating = form(*window, JobKind::Evaluate);
        evaluating->setModels({kModel, path("second"), "-third"});
        evaluating->setValue("perplexity", path("text.txt"));
        window->showPage(Page::Evaluate);
        auto* start = evaluating->findChild<QPushButton*>("start");
        QTRY_VERIFY_WITH_TIMEOUT(start->isEnabled(), kPatienceMs);
        start->click();
        QTRY_VERIFY_WITH_TIMEOUT(textOf("cli.arguments").contains("second"), kPatienceMs);
        const QStringList arguments = textOf("cli.arguments").trimmed().split('\n');
        QCOMPARE(arguments.mid(0, 2), QStringList({"evaluate", kModel}));
        QCOMPARE(arguments.mid(arguments.size() - 2),
                 QStringList({path("second"), QDir().absoluteFilePath("-third")}));
    }

    void aFinishedRunsModelIsEvaluatedBesideItsSource()
    {
        Job job(JobKind::Convert);
        QVERIFY(job.set("model", kModel.toStdString()));
        QVERIFY(job.set("output", path("k3").toStdString()));
        auto run = begin(job, "converted");
        QVERIFY(run && run->end(RunState::Done));
        const auto window = open();
        part<RunsPage>(*window)->showRun(run->id());
        auto* button = part<RunHeader>(*window)->button(RunHeader::Ask::Evaluate);
        window->showPage(Page::Runs);
        QTRY_VERIFY_WITH_TIMEOUT(button->isVisible() && button->isEnabled(), kPatienceMs);
        button->click();
        QCOMPARE(window->page(), Page::Evaluate);
        const Job evaluation = form(*window, JobKind::Evaluate)->job();
        QCOMPARE(evaluation.text("model"), path("k3").toStdString());
        QCOMPARE(evaluation.text("reference"), kModel.toStdString());
    }

    void aFinishedRunsModelIsExported()
    {
        Job job(JobKind::Convert);
        QVERIFY(job.set("model", kModel.toStdString()));
        QVERIFY(job.set("output", path("k3").toStdString()));
        auto run = begin(job, "converted");
        QVERIFY(run && run->end(RunState::Done));
        const auto window = open();
        part<RunsPage>(*window)->showRun(run->id());
        auto* button = part<RunHeader>(*window)->button(RunHeader::Ask::Export);
        window->showPage(Page::Runs);
        QTRY_VERIFY_WITH_TIMEOUT(button->isVisible() && button->isEnabled(), kPatienceMs);
        button->click();
        QCOMPARE(window->page(), Page::Export);
        QCOMPARE(form(*window, JobKind::Export)->job().text("model"), path("k3").toStdString());
    }

    void aFinishedRunsModelIsTriedInThePlayground()
    {
        Job job(JobKind::Convert);
        QVERIFY(job.set("model", kModel.toStdString()));
        QVERIFY(job.set("output", kModel.toStdString())); // any model that can be opened
        auto run = begin(job, "converted");
        QVERIFY(run && run->end(RunState::Done));
        const auto window = open();
        part<RunsPage>(*window)->showRun(run->id());
        auto* button = part<RunHeader>(*window)->button(RunHeader::Ask::Try);
        window->showPage(Page::Runs);
        QTRY_VERIFY_WITH_TIMEOUT(button->isVisible() && button->isEnabled(), kPatienceMs);
        button->click();
        QCOMPARE(window->page(), Page::Playground);
        auto* playground = part<PlaygroundPage>(*window);
        QTRY_COMPARE_WITH_TIMEOUT(playground->columns().size(), std::size_t{1}, kPatienceMs);
        QCOMPARE(playground->columns().front()->path(), kModel);
    }

    void aJobForABusyDeviceWaitsForItsTurn()
    {
        const auto window = open();
        Job job(JobKind::Convert);
        QVERIFY(job.set("model", kModel.toStdString()));
        QVERIFY(job.set("output", path("k3").toStdString()));
        NewRun run;
        run.kind = "finetune";
        run.name = "long one";
        run.device = "cpu";
        auto busy = RunRecorder::begin(path("runs.sqlite").toStdString(), run);
        QVERIFY(busy);
        Q_EMIT form(*window, JobKind::Convert)->startRequested(job);
        QTRY_VERIFY_WITH_TIMEOUT(textOf("cli.arguments").contains("--queue\n"), kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(part<Banner>(*window)->text().contains("long one"), kPatienceMs);
        QVERIFY(busy->end(RunState::Done));
        QVERIFY(QFile::remove(path("cli.arguments")));
        Q_EMIT form(*window, JobKind::Convert)->startRequested(job);
        QTRY_VERIFY_WITH_TIMEOUT(!textOf("cli.arguments").isEmpty(), kPatienceMs);
        QVERIFY(!textOf("cli.arguments").contains("--queue"));
    }

    void aRunGoesOnWithoutTheWindowAndIsThereWhenItOpensAgain()
    {
        Job job(JobKind::Convert);
        QVERIFY(job.set("model", kModel.toStdString()));
        QVERIFY(job.set("output", path("k3").toStdString()));
        auto window = open();
        auto run = begin(job, "goes on");
        QVERIFY(run);
        run->progress(3, 10);
        QTRY_COMPARE_WITH_TIMEOUT(part<RunsList>(*window)->view()->model()->rowCount(), 1, kPatienceMs);
        window.reset();
        run->progress(7, 10);
        run->metric(7, "loss", 0.5);
        QVERIFY(run->flush());
        window = open();
        part<RunsPage>(*window)->showRun(run->id());
        QTRY_COMPARE_WITH_TIMEOUT(part<RunsList>(*window)->currentRun(), run->id(), kPatienceMs);
        auto* const header = window->findChild<RunHeader*>();
        QTRY_VERIFY_WITH_TIMEOUT(header->progressText().contains("7 of 10"), kPatienceMs);
        header->button(RunHeader::Ask::Stop)->click();
        std::vector<RequestKind> asked; // taken once each
        const auto stopWasAsked = [&] {
            std::ranges::copy(run->takeRequests(), std::back_inserter(asked));
            return asked == std::vector{RequestKind::Stop};
        };
        QTRY_VERIFY_WITH_TIMEOUT(stopWasAsked(), kPatienceMs);
    }

    void resumesAFinetuningFromItsCheckpoint()
    {
        const auto window = open();
        Job job(JobKind::Finetune);
        QVERIFY(job.set("student", path("k3").toStdString()));
        QVERIFY(job.set("teacher", kModel.toStdString()));
        QVERIFY(job.set("output", path("done").toStdString()));
        QVERIFY(job.set("data", "self"));
        auto run = begin(job, "stopped");
        QVERIFY(run);
        QVERIFY(run->end(RunState::Stopped));
        Q_EMIT part<RunsPage>(*window)->resumeRequested(run->id());
        QTRY_VERIFY_WITH_TIMEOUT(textOf("cli.arguments").contains("--resume"), kPatienceMs);
    }

    void tellsThatAJobCannotStart()
    {
        QVERIFY(QFile::remove(path("cli")));
        const auto window = open();
        Job job(JobKind::Convert);
        QVERIFY(job.set("model", kModel.toStdString()));
        QVERIFY(job.set("output", path("k3").toStdString()));
        Q_EMIT part<RunsPage>(*window)->runAgainRequested(job);
        QTRY_VERIFY_WITH_TIMEOUT(part<Banner>(*window)->isVisible(), kPatienceMs);
        QCOMPARE(part<Banner>(*window)->kind(), Banner::Kind::Error);
    }

    void clonesIntoTheForm()
    {
        const auto window = open();
        Job job(JobKind::Convert);
        QVERIFY(job.set("kernels", 4));
        Q_EMIT part<RunsPage>(*window)->cloneRequested(job);
        QCOMPARE(window->page(), Page::Convert);
        QCOMPARE(form(*window, JobKind::Convert)->job().integer("kernels"), 4);
    }

    void aCloneGetsANameOfItsOwn()
    {
        const auto window = open();
        const auto nameAfter = [&](const char* name) {
            Job job(JobKind::Finetune);
            (void)job.set("name", name);
            Q_EMIT part<RunsPage>(*window)->cloneRequested(job);
            return form(*window, JobKind::Finetune)->job().text("name");
        };
        QCOMPARE(nameAfter("48 steps"), std::string("48 steps (2)"));
        QCOMPARE(nameAfter("48 steps (2)"), std::string("48 steps (3)"));
        QCOMPARE(nameAfter("a (b)"), std::string("a (b) (2)"));
        QCOMPARE(nameAfter(""), std::string());
    }

    void clonesASweepIntoItsTab()
    {
        const auto window = open();
        Job job(JobKind::Sweep);
        QVERIFY(job.set("model", "/m") && job.set("methods", "refined,svid") && job.set("output", "/grid"));
        Q_EMIT part<RunsPage>(*window)->cloneRequested(job);
        QCOMPARE(window->page(), Page::Convert);
        auto* sweep = part<ConvertPage>(*window)->sweep();
        QVERIFY(sweep->isVisible());
        QVERIFY2(sweep->job() == job, sweep->job().toCommandLine().c_str());
    }

    void aSweepTakesWhatTheConvertFormSays()
    {
        const auto window = open();
        auto* page = part<ConvertPage>(*window);
        window->showPage(Page::Convert);
        page->form()->setValue("model", kModel);
        page->showSweep();
        QCOMPARE(page->sweep()->job().text("model"), kModel.toStdString());
    }
};

QTEST_MAIN(TestMainWindowJobs)
#include "test_main_window_jobs.moc"
