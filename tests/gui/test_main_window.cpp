// SPDX-License-Identifier: Apache-2.0
#include "app/window/main_window.h"

#include <QApplication>
#include <QDropEvent>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QScreen>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>
#include <QTreeView>

#include "app/window/window_options.h"
#include "core/store/run_recorder.h"
#include "widgets/base/banner.h"
#include "widgets/base/drop_veil.h"
#include "widgets/base/pick_path.h"
#include "widgets/base/text_look.h"
#include "widgets/pages/convert_page.h"
#include "widgets/pages/job_form.h"
#include "widgets/runs/run_header.h"
#include "widgets/runs/runs_list.h"
#include "widgets/runs/runs_page.h"

using namespace boolab;
using namespace boolab::ui;

namespace
{

constexpr int kPatienceMs = 10000;
const QString kModel = QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama");

void hover(MainWindow& window, const QMimeData& data)
{
    QDragEnterEvent enter({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &enter);
}

void drop(MainWindow& window, const QStringList& paths)
{
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& path : paths)
        urls.append(QUrl::fromLocalFile(path));
    data.setUrls(urls);
    // Qt hands a drop to the widget that has taken the drag before.
    hover(window, data);
    QDropEvent event({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &event);
}

JobForm* form(const MainWindow& window, JobKind kind)
{
    for (auto* candidate : window.findChildren<JobForm*>())
        if (candidate->job().kind() == kind) return candidate;
    return nullptr;
}

QString labelText(const MainWindow& window, const char* name)
{
    return window.findChild<QLabel*>(QLatin1String(name))->text().remove(QChar(0x200b)); // places to wrap
}

template <class Widget> Widget* part(const MainWindow& window, const char* name = "")
{
    return window.findChild<Widget*>(QLatin1String(name));
}

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        write("cli", "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"$0.arguments\"\n");
        QFile::setPermissions(path("cli"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }

    void greetsWithTheWelcomePage()
    {
        const auto window = open();
        QCOMPARE(window->page(), Page::Welcome);
        QVERIFY(!part<QPushButton>(*window, "sampleProject")->isEnabled());
    }

    void saysWhatADropWouldDoWhileAFileHovers()
    {
        const auto window = open();
        auto* veil = part<DropVeil>(*window);
        QMimeData file, words;
        file.setUrls({QUrl::fromLocalFile(kModel)});
        words.setText("no file");
        hover(*window, words);
        QVERIFY(!veil->isVisible());
        hover(*window, file);
        QVERIFY(veil->isVisible());
        QVERIFY2(veil->text().contains("tiny-llama"), qPrintable(veil->text()));
        QCOMPARE(veil->geometry(), window->rect());
        QDragLeaveEvent leave;
        QCoreApplication::sendEvent(window.get(), &leave);
        QVERIFY(!veil->isVisible());
        drop(*window, {kModel});
        QVERIFY(!veil->isVisible());
        [&] { QTRY_COMPARE_WITH_TIMEOUT(window->page(), Page::Model, kPatienceMs); }();
    }

    void fitsOnTheScreenAtFirst()
    {
        const auto window = open();
        const QSize room = window->screen()->availableSize().expandedTo(window->minimumSize());
        QVERIFY(window->width() <= room.width());
        QVERIFY(window->height() <= room.height());
    }

    void refusesADropWithTheReason()
    {
        const auto window = open();
        write("letter.odt", "PK\x03\x04 no model");
        drop(*window, {path("letter.odt")});
        auto* banner = part<Banner>(*window);
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), kPatienceMs);
        QCOMPARE(banner->kind(), Banner::Kind::Error);
        QVERIFY2(banner->text().contains("letter.odt"), qPrintable(banner->text()));
        QCOMPARE(window->page(), Page::Welcome);
        banner->findChild<QToolButton*>()->click();
        QVERIFY(!banner->isVisible());
    }

    void refusesABrokenModelAndKeepsTheOneThatIsOpen()
    {
        const auto window = openWithModel();
        write("broken.gguf", "GGUF\x03");
        drop(*window, {path("broken.gguf")});
        QTRY_VERIFY_WITH_TIMEOUT(part<Banner>(*window)->isVisible(), kPatienceMs);
        QVERIFY2(part<Banner>(*window)->text().contains("broken.gguf"),
                 qPrintable(part<Banner>(*window)->text()));
        QCOMPARE(labelText(*window, "modelName"), QStringLiteral("tiny-llama"));
    }

    void showsADroppedModel()
    {
        const auto window = openWithModel();
        QCOMPARE(window->page(), Page::Model);
        QCOMPARE(labelText(*window, "modelName"), QStringLiteral("tiny-llama"));
        const QAbstractItemModel* layers = part<QTreeView>(*window, "layers")->model();
        QVERIFY(layers->rowCount() > 0);
        QCOMPARE(layers->rowCount() % 7, 0); // q, k, v, o, gate, up, down
        QCOMPARE(layers->index(0, 0).data().toString(), QStringLiteral("model.layers.0.self_attn.q_proj"));
        part<QLineEdit>(*window, "layerFilter")->setText("DOWN_proj");
        QVERIFY2(labelText(*window, "layerCount").startsWith(QString::number(layers->rowCount()) + " of "),
                 qPrintable(labelText(*window, "layerCount")));
    }

    void opensAChosenFile()
    {
        const auto window = open();
        setNextPickedPath(kModel + "/config.json");
        window->openFile();
        QTRY_COMPARE_WITH_TIMEOUT(window->page(), Page::Model, kPatienceMs);
    }

    void remembersModels()
    {
        {
            openWithModel();
        }
        const auto window = open();
        auto* recent = part<QListWidget>(*window, "recentModels");
        QTRY_VERIFY_WITH_TIMEOUT(recent->item(0)->text().contains("tiny-llama"), kPatienceMs);
        Q_EMIT recent->itemActivated(recent->item(0));
        QTRY_COMPARE_WITH_TIMEOUT(window->page(), Page::Model, kPatienceMs);
    }

    void fillsTheFormsFromTheModel()
    {
        const auto window = openWithModel();
        part<QPushButton>(*window, "convertModel")->click();
        QCOMPARE(window->page(), Page::Convert);
        QCOMPARE(form(*window, JobKind::Convert)->job().text("model"), kModel.toStdString());
        part<QPushButton>(*window, "finetuneModel")->click();
        QCOMPARE(window->page(), Page::Finetune);
        QCOMPARE(form(*window, JobKind::Finetune)->job().text("teacher"), kModel.toStdString());
    }

    void takesADroppedTextAsData()
    {
        const auto window = open();
        write("text.txt", "Once upon a time.\n");
        drop(*window, {path("text.txt")});
        QTRY_COMPARE_WITH_TIMEOUT(window->page(), Page::Finetune, kPatienceMs);
        QCOMPARE(form(*window, JobKind::Finetune)->job().text("data"), path("text.txt").toStdString());
        QVERIFY(part<Banner>(*window)->isVisible());
        window->showPage(Page::Convert);
        QVERIFY(!part<Banner>(*window)->isVisible());
    }

    void fillsTheFormsFromAProject()
    {
        const auto window = open();
        write("project.json", QStringLiteral(R"({"name": "tiny", "model": "%1", "jobs": [
            {"kind": "convert", "model": "%1", "output": "work/k2", "kernels": 2},
            {"kind": "finetune", "student": "work/k2", "teacher": "%1", "output": "work/done", "data": "self",
             "steps": 7}]})")
                                  .arg(kModel)
                                  .toUtf8());
        drop(*window, {path("project.json")});
        QTRY_COMPARE_WITH_TIMEOUT(window->page(), Page::Model, kPatienceMs);
        QCOMPARE(form(*window, JobKind::Convert)->job().integer("kernels"), 2);
        QCOMPARE(form(*window, JobKind::Finetune)->job().integer("steps"), 7);
    }

    void tellsThatAProjectsModelIsMissing()
    {
        const auto window = open();
        write("project.json", R"({"name": "tiny", "model": "absent.gguf", "jobs": []})");
        drop(*window, {path("project.json")});
        QTRY_VERIFY_WITH_TIMEOUT(part<Banner>(*window)->isVisible(), kPatienceMs);
        QVERIFY2(part<Banner>(*window)->text().contains("absent.gguf"),
                 qPrintable(part<Banner>(*window)->text()));
    }

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

    void switchesPagesByKeyboard()
    {
        const auto window = open();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        for (int i = kPageCount - 1; i >= 0; --i) {
            QTest::keyClick(window.get(), static_cast<Qt::Key>(Qt::Key_1 + i), Qt::ControlModifier);
            QCOMPARE(window->page(), static_cast<Page>(i));
        }
    }

    void remembersPageSizeAndTheme()
    {
        {
            const auto window = open();
            window->resize(1000, 700);
            window->showPage(Page::Runs);
            window->setTheme(Theme::Dark);
            QVERIFY(window->close());
        }
        const auto window = open();
        QCOMPARE(window->page(), Page::Runs);
        QCOMPARE(window->theme(), Theme::Dark);
        QVERIFY(isDark(window->palette()));
        QCOMPARE(window->size(), QSize(1000, 700));
        // Widgets follow a new palette only while the event loop runs.
        QTimer::singleShot(0, window.get(), [&window] { window->setTheme(Theme::Light); });
        QTimer::singleShot(200, qApp, &QCoreApplication::quit);
        QApplication::exec();
        QVERIFY(!isDark(window->palette()));
    }

    void readsItsCommandLine()
    {
        const auto options =
            parseWindowOptions({"boolab", "model.gguf", "--db", "runs.sqlite", "--theme", "dark", "--page",
                                "runs", "--chart-png", "a.png", "--run", "latest-finetune"});
        QVERIFY2(options, options ? "" : options.error().message.c_str());
        QCOMPARE(options->open.size(), std::size_t{1});
        QCOMPARE(options->database.string(), std::string("runs.sqlite"));
        QVERIFY(options->theme == Theme::Dark);
        QVERIFY(options->page == Page::Runs);
        QCOMPARE(options->run, QStringLiteral("latest-finetune"));
    }

    void rejectsWrongCommandLines_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("option") << QStringList{"--colour"};
        QTest::newRow("theme") << QStringList{"--theme", "pink"};
        QTest::newRow("page") << QStringList{"--page", "settings"};
        QTest::newRow("run") << QStringList{"--run", "-3"};
        QTest::newRow("run word") << QStringList{"--run", "first"};
    }

    void rejectsWrongCommandLines()
    {
        QFETCH(QStringList, arguments);
        const auto options = parseWindowOptions(QStringList{"boolab"} + arguments);
        QVERIFY(!options);
        QCOMPARE(options.error().code, ErrorCode::Usage);
        QVERIFY2(QString::fromStdString(options.error().message).contains(arguments.last().remove('-')),
                 options.error().message.c_str());
    }

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }

    void write(const QString& name, const QByteArray& content) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    QString textOf(const QString& name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

    std::unique_ptr<MainWindow> open() const
    {
        auto window = std::make_unique<MainWindow>(WindowConfig{
            .database = path("runs.sqlite").toStdString(),
            .cli = path("cli").toStdString(),
            .sampleProject = {},
            .settingsFile = path("window.ini"),
            .theme = {},
        });
        window->show();
        return window;
    }

    std::unique_ptr<MainWindow> openWithModel() const
    {
        auto window = open();
        drop(*window, {kModel});
        [&] { QTRY_COMPARE_WITH_TIMEOUT(window->page(), Page::Model, kPatienceMs); }();
        return window;
    }

    Result<RunRecorder> begin(const Job& job, const std::string& name) const
    {
        NewRun run;
        run.project = "default";
        run.kind = job.spec().name;
        run.name = name;
        run.job = job.toJson();
        return RunRecorder::begin(path("runs.sqlite").toStdString(), run);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_MAIN(TestMainWindow)
#include "test_main_window.moc"
