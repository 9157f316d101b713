// SPDX-License-Identifier: Apache-2.0
// What is dropped on a page goes into the field that it fits there.
#include "main_window_fixture.h"

#include "tests/core/formats/model_folders.h"
#include "widgets/base/file_handle.h"

#include <QDir>
#include <QSignalSpy>

using namespace boolab;
using namespace boolab::ui;

class TestWindowDrops : public QObject, private MainWindowFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { makeFolder(); }

    void aModelGoesIntoTheFormThatItIsDroppedOn_data()
    {
        QTest::addColumn<int>("page");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("key");
        const auto row = [](const char* name, Page page, JobKind kind, const char* key) {
            QTest::newRow(name) << static_cast<int>(page) << static_cast<int>(kind) << key;
        };
        row("convert", Page::Convert, JobKind::Convert, "model");
        row("finetune", Page::Finetune, JobKind::Finetune, "teacher");
        row("evaluate", Page::Evaluate, JobKind::Evaluate, "model");
        row("export", Page::Export, JobKind::Export, "model");
    }
    void aModelGoesIntoTheFormThatItIsDroppedOn()
    {
        QFETCH(int, page);
        QFETCH(int, kind);
        QFETCH(QString, key);
        const auto window = open();
        window->showPage(static_cast<Page>(page));
        drop(*window, {kModel});
        JobForm* taken = form(*window, static_cast<JobKind>(kind));
        QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(taken->job().text(key.toStdString())), kModel,
                                  kPatienceMs);
        QCOMPARE(static_cast<int>(window->page()), page);
        QCOMPARE(labelText(*window, "modelName"), QStringLiteral("tiny-llama")); // on its own page, too
        QVERIFY2(part<Banner>(*window)->text().contains("tiny-llama"),
                 qPrintable(part<Banner>(*window)->text()));
    }

    void severalModelsAreMeasuredTogether()
    {
        const auto window = open();
        window->showPage(Page::Evaluate);
        const QString student = makeBooleanModel();
        drop(*window, {kModel, student});
        JobForm* evaluate = form(*window, JobKind::Evaluate);
        QTRY_COMPARE_WITH_TIMEOUT(evaluate->moreModels(), QStringList(student), kPatienceMs);
        QCOMPARE(QString::fromStdString(evaluate->job().text("model")), kModel);
        QVERIFY2(part<Banner>(*window)->text().startsWith("2 models are in the field"),
                 qPrintable(part<Banner>(*window)->text()));
        write("text.txt", "Once upon a time.\n");
        drop(*window, {student, path("text.txt")}); // not all are models
        QTRY_VERIFY_WITH_TIMEOUT(part<Banner>(*window)->text().contains("2 things were dropped at once"),
                                 kPatienceMs);
        QCOMPARE(evaluate->moreModels(), QStringList(student));
        drop(*window, {kModel + "/model.safetensors", kModel + "/config.json"}); // one model's files
        QTRY_VERIFY_WITH_TIMEOUT(part<Banner>(*window)->text().startsWith("tiny-llama is in the field"),
                                 kPatienceMs);
    }

    void aBooleanModelIsTheStudent()
    {
        const auto window = open();
        window->showPage(Page::Finetune);
        const QString student = makeBooleanModel();
        drop(*window, {student});
        JobForm* finetune = form(*window, JobKind::Finetune);
        QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(finetune->job().text("student")), student,
                                  kPatienceMs);
        QVERIFY(finetune->job().text("teacher").empty());
    }

    void aTextGoesIntoTheFormThatItIsDroppedOn_data()
    {
        QTest::addColumn<int>("page");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("key");
        const auto row = [](const char* name, Page page, JobKind kind, const char* key) {
            QTest::newRow(name) << static_cast<int>(page) << static_cast<int>(kind) << key;
        };
        row("evaluate", Page::Evaluate, JobKind::Evaluate, "perplexity");
        row("finetune", Page::Finetune, JobKind::Finetune, "data");
        row("runs", Page::Runs, JobKind::Finetune, "data");
    }
    void aTextGoesIntoTheFormThatItIsDroppedOn()
    {
        QFETCH(int, page);
        QFETCH(int, kind);
        QFETCH(QString, key);
        const auto window = open();
        write("text.txt", "Once upon a time.\n");
        window->showPage(static_cast<Page>(page));
        drop(*window, {path("text.txt")});
        JobForm* taken = form(*window, static_cast<JobKind>(kind));
        QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(taken->job().text(key.toStdString())),
                                  path("text.txt"), kPatienceMs);
        QVERIFY(taken->isVisible());
    }

    void aTextCalibratesTheConversion()
    {
        const auto window = open();
        form(*window, JobKind::Convert)->setValue("method", "gptq");
        write("text.txt", "Once upon a time.\n");
        window->showPage(Page::Convert);
        drop(*window, {path("text.txt")});
        JobForm* taken = form(*window, JobKind::Convert);
        QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(taken->job().text("calibration")), path("text.txt"),
                                  kPatienceMs);
    }

    void questionsOfTasksGoToTheEvaluation()
    {
        const auto window = open();
        QVERIFY(QDir().mkdir(path("tasks")));
        write("tasks/arc_easy.jsonl", "{}\n");
        write("tasks/piqa.jsonl", "{}\n");
        write("tasks/other.jsonl", "{}\n");
        drop(*window, {path("tasks")});
        QTRY_COMPARE_WITH_TIMEOUT(window->page(), Page::Evaluate, kPatienceMs);
        const Job job = form(*window, JobKind::Evaluate)->job();
        QCOMPARE(job.text("task_data"), path("tasks").toStdString());
        QCOMPARE(job.text("tasks"), std::string("piqa,arc_easy"));
        drop(*window, {path("tasks/arc_easy.jsonl")});
        QTRY_COMPARE_WITH_TIMEOUT(form(*window, JobKind::Evaluate)->job().text("tasks"),
                                  std::string("arc_easy"), kPatienceMs);
    }

    void aJobFileFillsItsForm()
    {
        const auto window = openWithModel();
        write("again.json",
              R"({"kind": "finetune", "student": "k2", "teacher": "t", "output": "o", "data": "self",
                                "steps": 7})");
        drop(*window, {path("again.json")});
        QTRY_COMPARE_WITH_TIMEOUT(window->page(), Page::Finetune, kPatienceMs);
        const Job job = form(*window, JobKind::Finetune)->job();
        QCOMPARE(job.integer("steps"), 7);
        QCOMPARE(job.text("student"), path("k2").toStdString()); // relative to the file
    }

    void aJobFileWithAnUnknownKeyIsRefusedWithItsPlace()
    {
        const auto window = open();
        write("wrong.json", R"({"kind": "finetune", "stepz": 7})");
        drop(*window, {path("wrong.json")});
        auto* banner = part<Banner>(*window);
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), kPatienceMs);
        QCOMPARE(banner->kind(), Banner::Kind::Error);
        QVERIFY2(banner->text().contains("wrong.json") && banner->text().contains("stepz"),
                 qPrintable(banner->text()));
        QCOMPARE(window->page(), Page::Welcome);
    }

    void thePageOfTheCommandLineTakesTheModel()
    {
        const auto window = open();
        window->open({kModel.toStdString()}, Page::Export);
        JobForm* exporting = form(*window, JobKind::Export);
        QTRY_COMPARE_WITH_TIMEOUT(exporting->job().text("model"), kModel.toStdString(), kPatienceMs);
        QCOMPARE(window->page(), Page::Export);
    }

    void theOpenModelCanBeDraggedOut()
    {
        const auto window = openWithModel();
        auto* handle = part<FileHandle>(*window);
        QVERIFY(handle->isVisible());
        QCOMPARE(handle->path(), kModel);
        QSignalSpy dragged(handle, &FileHandle::dragged);
        const QPoint from = handle->rect().center(), to = from + QPoint(0, 60);
        // The drag has an event loop of its own, which Escape ends.
        QTimer escape;
        connect(&escape, &QTimer::timeout, [&] { QTest::keyClick(window.get(), Qt::Key_Escape); });
        escape.start(50);
        QTest::mousePress(handle, Qt::LeftButton, {}, from);
        QMouseEvent move(QEvent::MouseMove, to, handle->mapToGlobal(to), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(handle, &move);
        QCOMPARE(dragged.size(), 1);
        QCOMPARE(dragged.front().front().toString(), kModel);
    }

private:
    QString makeBooleanModel() const
    {
        const auto source = ModelFiles::open(model_folders::tinyLlama());
        const auto layers = model_folders::layersOf(*source, 2);
        const auto written =
            writeBooleanModel(path("k2").toStdString(), *source, model_folders::contentOf(layers));
        if (!written) qFatal("%s", written.error().text().c_str());
        return path("k2");
    }
};

QTEST_MAIN(TestWindowDrops)
#include "test_window_drops.moc"
