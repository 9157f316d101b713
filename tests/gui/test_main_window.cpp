// SPDX-License-Identifier: Apache-2.0
#include "main_window_fixture.h"

#include <QElapsedTimer>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QScreen>
#include <QTimer>
#include <QToolButton>
#include <QTreeView>
#include <csignal>

#include "widgets/base/drop_veil.h"
#include "widgets/base/navigation_list.h"
#include "widgets/base/pick_path.h"
#include "widgets/base/status_line.h"
#include "widgets/base/text_look.h"
#include "widgets/charts/bar_chart.h"
#include "widgets/compare/compare_tray.h"
#include "widgets/playground/answer_view.h"
#include "widgets/playground/playground_column.h"
#include "widgets/playground/playground_page.h"
#include "widgets/runs/run_mime.h"
#include "widgets/runs/runs_list.h"
#include "widgets/runs/runs_model.h"

using namespace boolab;
using namespace boolab::ui;

class TestMainWindow : public QObject, private MainWindowFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { makeFolder(); }

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

    void aLongMessageEndsInDotsAndIsToldWhole()
    {
        const auto window = open();
        window->resize(900, 600);
        auto* line = part<StatusLine>(*window);
        const QString message =
            QStringLiteral("/home/somebody/experiments.sqlite: the experiment database is "
                           "damaged. Set it aside and bring back a backup with boolab-cli "
                           "runs restore FILE, or start with another by --db FILE.")
                .repeated(3);
        line->showMessage(message);
        QTRY_VERIFY2(line->shownMessage().endsWith(QChar(0x2026)), qPrintable(line->shownMessage()));
        QVERIFY(line->toolTip().contains(message));
        QCOMPARE(line->accessibleDescription(), message);
        line->showMessage(QStringLiteral("Saved"));
        QCOMPARE(line->shownMessage(), QStringLiteral("Saved"));
        line->clearMessage();
        QVERIFY(line->toolTip().isEmpty());
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
        const QAbstractItemModel* tensors = part<QTreeView>(*window, "tensors")->model();
        QCOMPARE(tensors->rowCount(), 4); // embeddings, two blocks, the final norm
        QCOMPARE(tensors->index(1, 0).data().toString(), QStringLiteral("Block 0"));
        QCOMPARE(tensors->rowCount(tensors->index(1, 0)), 9);
        part<QLineEdit>(*window, "tensorFilter")->setText("layers\\.[01]\\.mlp\\.DOWN");
        QVERIFY2(labelText(*window, "tensorCount").startsWith("2 of 20 tensors"),
                 qPrintable(labelText(*window, "tensorCount")));
    }

    void aModelDroppedOnTheMachinePageIsShownThere()
    {
        const auto window = open();
        window->showPage(Page::Machine);
        QVERIFY(part<QPushButton>(*window, "openModelForSizes")->isVisible());
        drop(*window, {kModel});
        QTRY_VERIFY_WITH_TIMEOUT(part<BarChart>(*window, "sizes")->isVisible(), kPatienceMs);
        QCOMPARE(window->page(), Page::Machine);
        QCOMPARE(part<BarChart>(*window, "sizes")->title(), QStringLiteral("Size of tiny-llama"));
        QCOMPARE(labelText(*window, "modelName"), QStringLiteral("tiny-llama")); // on its own page, too
    }

    void aModelDroppedOnThePlaygroundStandsThere()
    {
        const auto window = open();
        window->showPage(Page::Playground);
        QMimeData file;
        file.setUrls({QUrl::fromLocalFile(kModel)});
        hover(*window, file);
        QVERIFY2(part<DropVeil>(*window)->text().contains("beside the others"),
                 qPrintable(part<DropVeil>(*window)->text()));
        drop(*window, {kModel});
        auto* playground = part<PlaygroundPage>(*window);
        QTRY_COMPARE_WITH_TIMEOUT(playground->columns().size(), std::size_t{1}, kPatienceMs);
        QCOMPARE(window->page(), Page::Playground);
        QTRY_VERIFY_WITH_TIMEOUT(
            textOf("cli.arguments").startsWith("generate\n" + kModel + "\n--json-lines\n"), kPatienceMs);
    }

    void triesTheOpenModelInThePlayground()
    {
        const auto window = openWithModel();
        part<QPushButton>(*window, "tryModel")->click();
        QCOMPARE(window->page(), Page::Playground);
        auto* playground = part<PlaygroundPage>(*window);
        QTRY_COMPARE_WITH_TIMEOUT(playground->columns().size(), std::size_t{1}, kPatienceMs);
        QCOMPARE(playground->columns().front()->path(), kModel);
    }

    void theModelsOfThePlaygroundAreOfferedAfterAStart()
    {
        {
            const auto window = openWithModel();
            part<QPushButton>(*window, "tryModel")->click();
            auto* playground = part<PlaygroundPage>(*window);
            QTRY_COMPARE_WITH_TIMEOUT(playground->columns().size(), std::size_t{1}, kPatienceMs);
            window->close();
        }
        const auto window = open();
        QCOMPARE(window->page(), Page::Playground);
        QVERIFY(part<PlaygroundPage>(*window)->columns().empty()); // not loaded unasked
        part<QPushButton>(*window, "addLastModels")->click();
        auto* playground = part<PlaygroundPage>(*window);
        QTRY_COMPARE_WITH_TIMEOUT(playground->models(), QStringList{kModel}, kPatienceMs);
    }

    void opensSeveralModelsInThePlayground()
    {
        const auto window = open();
        const QString boolean = QStringLiteral(BOOLAB_SOURCE_DIR "/tests/core/inspect/data/boolean");
        window->open({kModel.toStdString(), boolean.toStdString()}, Page::Playground);
        window->ask("Once");
        auto* playground = part<PlaygroundPage>(*window);
        QTRY_COMPARE_WITH_TIMEOUT(playground->columns().size(), std::size_t{2}, kPatienceMs);
        QCOMPARE(window->page(), Page::Playground);
        QTRY_COMPARE_WITH_TIMEOUT(part<QPlainTextEdit>(*window, "prompt")->toPlainText(), QString("Once"),
                                  kPatienceMs);
    }

    /// A window of the least size cuts nothing off.
    void thePlaygroundFitsIntoTheSmallestWindow()
    {
        const auto window = open();
        window->showPage(Page::Playground);
        window->resize(window->minimumSize());
        auto* playground = part<PlaygroundPage>(*window);
        QVERIFY2(playground->minimumSizeHint().width() <= playground->width() &&
                     playground->minimumSizeHint().height() <= playground->height(),
                 qPrintable(QStringLiteral("needs %1 x %2, has %3 x %4")
                                .arg(playground->minimumSizeHint().width())
                                .arg(playground->minimumSizeHint().height())
                                .arg(playground->width())
                                .arg(playground->height())));
        QVERIFY2(window->minimumWidth() <= 1000, qPrintable(QString::number(window->minimumWidth())));
    }

    void closesDuringAnAnswer()
    {
        write("cli", "#!/bin/bash\necho '{\"event\": \"ready\"}'\nread request\n"
                     "while :; do echo '{\"event\": \"text\", \"text\": \" a\"}'; sleep 0.01; done\n");
        auto window = open();
        window->open({kModel.toStdString()}, Page::Playground);
        window->ask("Once");
        auto* playground = part<PlaygroundPage>(*window);
        QTRY_VERIFY_WITH_TIMEOUT(!playground->columns().empty() && playground->columns().front()->isBusy(),
                                 kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!playground->columns().front()->view()->answer().empty(), kPatienceMs);
        const auto pid = static_cast<pid_t>(playground->columns().front()->model()->pid());
        QElapsedTimer closing;
        closing.start();
        QVERIFY(window->close());
        window.reset();
        QVERIFY2(closing.elapsed() < 2000, qPrintable(QString::number(closing.elapsed())));
        QVERIFY(::kill(pid, 0) != 0);
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

    void switchesPagesByKeyboard()
    {
        const auto window = open();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        for (int i = kPageCount - 1; i >= 0; --i) {
            const auto keys = shortcutOf(static_cast<Page>(i))[0];
            QTest::keyClick(window.get(), keys.key(), keys.keyboardModifiers());
            QCOMPARE(window->page(), static_cast<Page>(i));
        }
    }

    void runsAreDroppedOntoTheirPageInTheNavigation()
    {
        const auto window = open();
        QVERIFY(QTest::qWaitForWindowExposed(window.get())); // rows have their places then
        auto* navigation = part<NavigationList>(*window, "navigation");
        auto* tray = part<CompareTray>(*window);
        const std::unique_ptr<QMimeData> runs(mimeDataOf({3, 5}));
        const auto dropOn = [&](Page page, QMimeData& data) {
            const QPoint place =
                navigation->visualItemRect(navigation->item(static_cast<int>(page))).center();
            QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            enter.ignore();
            QCoreApplication::sendEvent(navigation->viewport(), &enter);
            QDropEvent event(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            event.ignore();
            QCoreApplication::sendEvent(navigation->viewport(), &event);
            return event.isAccepted();
        };
        QMimeData text;
        text.setText("3,5");
        QVERIFY(!dropOn(Page::Compare, text));
        QVERIFY(!dropOn(Page::Runs, *runs));
        QVERIFY(tray->ids().empty());
        QVERIFY(dropOn(Page::Compare, *runs));
        QCOMPARE(tray->ids(), (std::vector<RunId>{3, 5}));
        QCOMPARE(window->page(), Page::Compare);
    }

    void comparesRunsOfTheList()
    {
        const auto run = [&](const std::string& name) {
            Job job(JobKind::Evaluate);
            auto recorder = begin(job, name);
            if (!recorder || !recorder->end(RunState::Done)) qFatal("the run cannot be recorded");
        };
        run("one");
        run("two");
        const auto window = open();
        window->showPage(Page::Runs);
        auto* list = part<RunsList>(*window);
        QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 2, kPatienceMs);
        list->view()->setFocus();
        list->view()->selectAll();
        QTest::keyClick(list->view(), Qt::Key_C);
        QCOMPARE(window->page(), Page::Compare);
        QTRY_COMPARE_WITH_TIMEOUT(part<CompareTray>(*window)->list()->count(), 2, kPatienceMs);
        part<CompareTray>(*window)->clear();
        window->compare(" 2, 1");
        QCOMPARE(part<CompareTray>(*window)->ids(), (std::vector<RunId>{2, 1}));
    }

    void remembersPageSizeAndTheme()
    {
        {
            const auto window = open();
            window->resize(1100, 700);
            window->showPage(Page::Runs);
            window->setTheme(Theme::Dark);
            QVERIFY(window->close());
        }
        const auto window = open();
        QCOMPARE(window->page(), Page::Runs);
        QCOMPARE(window->theme(), Theme::Dark);
        QVERIFY(isDark(window->palette()));
        QCOMPARE(window->size(), QSize(1100, 700));
        // Widgets follow a new palette only while the event loop runs.
        QTimer::singleShot(0, window.get(), [&window] { window->setTheme(Theme::Light); });
        QTimer::singleShot(200, qApp, &QCoreApplication::quit);
        QApplication::exec();
        QVERIFY(!isDark(window->palette()));
    }
};

QTEST_MAIN(TestMainWindow)
#include "test_main_window.moc"
