// SPDX-License-Identifier: Apache-2.0
// The playground over the real boolab-cli, on the sample model that the repository carries; where an engine
// has to be slow or wrong, a script stands for it.
#include "core/base/child_process.h"
#include "core/store/experiment_store.h"
#include "core/store/run_recorder.h"
#include "widgets/base/banner.h"
#include "widgets/base/pick_path.h"
#include "widgets/base/store_queue.h"
#include "widgets/base/text_look.h"
#include "widgets/playground/answer_view.h"
#include "widgets/playground/model_menu.h"
#include "widgets/playground/playground_column.h"
#include "widgets/playground/playground_page.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <csignal>

using namespace boolab;
using namespace boolab::ui;

namespace
{

constexpr int kPatienceMs = 30000;
const QString kDense = QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama");
/// Without a tokenizer: its headers are well, but it cannot answer.
const QString kMute = QStringLiteral(BOOLAB_SOURCE_DIR "/tests/core/inspect/data/boolean");
const QString kCli = QStringLiteral(BOOLAB_BIN_DIR "/boolab-cli");

using State = PlaygroundModel::State;

QStringList cliArguments(const QString& model, int tokens)
{
    return {kCli,     "generate", model,    "-p", "Boolean", "-n",     QString::number(tokens),
            "--temp", "0.9",      "--seed", "5",  "--json",  "--quiet"};
}

} // namespace

class TestPlaygroundPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_shared = std::make_unique<QTemporaryDir>();
        qputenv("BOOLAB_HOME", m_shared->path().toUtf8());
        m_boolean = m_shared->filePath("tiny-boolean");
        const auto made =
            runChild({kCli.toStdString(), "convert", kDense.toStdString(), "-o", m_boolean.toStdString(),
                      "--method", "svid", "--kernels", "2", "--quiet"});
        QVERIFY2(made && made->exitCode == 0, made ? made->err.c_str() : made.error().text().c_str());
    }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_cli = kCli;
    }
    void cleanup()
    {
        m_page.reset();
        m_store.reset();
    }

    void isEmptyAtFirstAndSaysWhatToDo()
    {
        open();
        auto* empty = part<QLabel>("playgroundEmpty");
        QVERIFY(empty->isVisible());
        QVERIFY2(empty->text().contains("Drop models"), qPrintable(empty->text()));
        QVERIFY(!button("runPrompt")->isEnabled());
        QVERIFY2(button("runPrompt")->toolTip().contains("Add a model"),
                 qPrintable(button("runPrompt")->toolTip()));
        QVERIFY(button("addFirstModel")->isVisible());
    }

    void streamsTheSameAsTheCommandLineBesideEachOther_data()
    {
        QTest::addColumn<bool>("oneAtATime");
        QTest::newRow("one at a time") << true;
        QTest::newRow("at the same time") << false;
    }
    void streamsTheSameAsTheCommandLineBesideEachOther()
    {
        QFETCH(bool, oneAtATime);
        openWith({kDense, m_boolean});
        part<QCheckBox>("oneAtATime")->setChecked(oneAtATime);
        ask("Boolean", 24);
        int pieces = 0, together = 0;
        for (PlaygroundColumn* column : m_page->columns())
            connect(column->model(), &PlaygroundModel::pieceWritten, this, [&] {
                ++pieces;
                if (this->column(0)->isBusy() && this->column(1)->isBusy()) ++together;
            });
        finish();
        QVERIFY(pieces > 10);
        if (oneAtATime) QCOMPARE(together, 0);
        for (int i = 0; i < 2; ++i) {
            const auto expected = cliText(i == 0 ? kDense : m_boolean, 24);
            QCOMPARE(QString::fromStdString(column(i)->view()->answer()), expected);
            QVERIFY2(column(i)->figuresText().contains("tokens/s"), qPrintable(column(i)->figuresText()));
            QVERIFY2(column(i)->figuresText().contains("First token after"),
                     qPrintable(column(i)->figuresText()));
            QVERIFY2(column(i)->figuresText().contains("MB resident"), qPrintable(column(i)->figuresText()));
            QVERIFY(!column(i)->view()->pieces().front().tokens.front().alternatives.empty());
        }
        QVERIFY(column(0)->view()->answer() != column(1)->view()->answer());
        QVERIFY2(column(1)->agreementText().contains("tiny-llama"), qPrintable(column(1)->agreementText()));
        QVERIFY(!column(1)->view()->markedTexts().isEmpty());
        QVERIFY(!column(0)->view()->markedTexts().isEmpty());
        QVERIFY2(column(0)->agreementText().contains("compared with this one"),
                 qPrintable(column(0)->agreementText()));
    }

    void aCopyOfAModelAgreesToTheEnd()
    {
        const QString copy = path("copy/tiny-llama");
        QVERIFY(QDir().mkpath(copy));
        for (const QString& name : QDir(kDense).entryList(QDir::Files))
            QVERIFY(QFile::copy(kDense + '/' + name, copy + '/' + name));
        openWith({kDense, copy});
        QCOMPARE(column(1)->name(), QString("copy/tiny-llama")); // told apart by the folder
        ask("Boolean", 12);
        finish();
        QCOMPARE(column(1)->view()->answer(), column(0)->view()->answer());
        QVERIFY2(column(1)->agreementText().startsWith("Agrees with models/tiny-llama to the end, for "),
                 qPrintable(column(1)->agreementText()));
        QVERIFY(column(1)->view()->markedTexts().isEmpty());
    }

    void stopEndsTheAnswerAndTheTurnsThatWait()
    {
        engine(kSlow);
        openWith({kDense, m_boolean});
        ask("x", 100);
        QTRY_VERIFY_WITH_TIMEOUT(!column(0)->view()->answer().empty(), kPatienceMs);
        QVERIFY(!button("runPrompt")->isEnabled());
        QTest::keyClick(part<QPlainTextEdit>("prompt"), Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(!m_page->isAtWork(), kPatienceMs);
        QCOMPARE(column(0)->model()->state(), State::Ready);
        QVERIFY2(column(0)->figuresText().contains("stopped"), qPrintable(column(0)->figuresText()));
        QVERIFY(column(1)->view()->answer().empty());
        QVERIFY(button("runPrompt")->isEnabled());
    }

    void theSampleModelStopsWithinItsNextTokens()
    {
        const QString model =
            QStringLiteral(BOOLAB_SOURCE_DIR "/projects/smollm2-135m/models/SmolLM2-135M-Instruct.Q4_1.gguf");
        if (!QFile::exists(model)) QSKIP("the sample model is not there; ./run fetches it");
        openWith({model});
        QTRY_COMPARE_WITH_TIMEOUT(column(0)->model()->state(), State::Ready, kPatienceMs);
        ask("Once upon a time", 2000);
        QTRY_VERIFY_WITH_TIMEOUT(column(0)->view()->pieces().size() > 3, kPatienceMs);
        QElapsedTimer sinceStop;
        sinceStop.start();
        button("stopAnswers")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!m_page->isAtWork(), kPatienceMs);
        QVERIFY2(sinceStop.elapsed() < 2500, qPrintable(QString::number(sinceStop.elapsed())));
        QCOMPARE(column(0)->model()->state(), State::Ready); // it was not unloaded for it
    }

    void anEngineThatDoesNotStopIsUnloaded()
    {
        engine("echo '{\"event\": \"ready\"}'; read request; echo '{\"event\": \"text\", \"text\": \"a\"}'; "
               "exec sleep 60\n");
        openWith({kDense});
        ask("x", 100);
        QTRY_VERIFY_WITH_TIMEOUT(!column(0)->view()->answer().empty(), kPatienceMs);
        button("stopAnswers")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!m_page->isAtWork(), kPatienceMs);
        QCOMPARE(column(0)->model()->state(), State::Off);
    }

    void aModelThatCannotBeLoadedSaysWhyAndOthersGoOn()
    {
        openWith({kMute, kDense});
        ask("Boolean", 8);
        finish();
        QCOMPARE(column(0)->model()->state(), State::Failed);
        QVERIFY2(column(0)->problemText().contains("tokenizer", Qt::CaseInsensitive),
                 qPrintable(column(0)->problemText()));
        QVERIFY(!column(1)->view()->answer().empty());
        QCOMPARE(column(1)->model()->state(), State::Ready);
    }

    void anEngineThatIsKilledIsNoRiddle()
    {
        openWith({kDense, m_boolean});
        QTRY_VERIFY_WITH_TIMEOUT(!m_page->isAtWork(), kPatienceMs);
        ::kill(static_cast<pid_t>(column(0)->model()->pid()), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(column(0)->model()->state(), State::Failed, kPatienceMs);
        QVERIFY2(column(0)->problemText().contains("memory"), qPrintable(column(0)->problemText()));
        QCOMPARE(column(1)->model()->state(), State::Ready);
        column(0)->findChild<QPushButton*>("columnStateButton")->click(); // Load again
        QTRY_COMPARE_WITH_TIMEOUT(column(0)->model()->state(), State::Ready, kPatienceMs);
        QVERIFY(column(0)->problemText().isEmpty());
    }

    void oneKilledDuringItsAnswerDoesNotHoldTheOthersUp()
    {
        engine(kSlow);
        openWith({kDense, m_boolean});
        ask("x", 3);
        QTRY_VERIFY_WITH_TIMEOUT(!column(0)->view()->answer().empty(), kPatienceMs);
        ::kill(static_cast<pid_t>(column(0)->model()->pid()), SIGKILL);
        finish();
        QCOMPARE(column(0)->model()->state(), State::Failed);
        QVERIFY(!column(1)->view()->answer().empty());
    }

    void aMissingEngineIsExplained()
    {
        m_cli = path("not there");
        openWith({kDense});
        QTRY_COMPARE_WITH_TIMEOUT(column(0)->model()->state(), State::Failed, kPatienceMs);
        QVERIFY2(column(0)->problemText().contains("not there"), qPrintable(column(0)->problemText()));
    }

    void whatServesInPlaceOfAGpuIsTold()
    {
        engine("echo '{\"event\": \"warning\", \"message\": \"the CUDA ops failed their check\"}'\n" + kSlow);
        openWith({kDense});
        QTRY_COMPARE_WITH_TIMEOUT(column(0)->model()->state(), State::Ready, kPatienceMs);
        const QString state = column(0)->findChild<QLabel*>("columnState")->text().remove(QChar(0x200b));
        QVERIFY2(state.contains("the CUDA ops failed their check"), qPrintable(state));
    }

    void offersTheModelsOfLastTime()
    {
        open();
        m_page->setLastModels({path("gone"), kDense});
        QVERIFY(button("addLastModels")->isVisible());
        QCOMPARE(button("addLastModels")->text(), QString("Add tiny-llama, as last time"));
        button("addLastModels")->click();
        QTRY_COMPARE_WITH_TIMEOUT(m_page->columns().size(), std::size_t{1}, kPatienceMs);
        QCOMPARE(m_page->models(), QStringList{kDense});
        m_page->setLastModels({});
        QVERIFY(!button("addLastModels")->isVisible());
    }

    void aRefusedPromptLeavesTheModelLoaded()
    {
        openWith({kDense});
        ask(QString(3000, 'x'), 8);
        finish();
        QCOMPARE(column(0)->model()->state(), State::Ready);
        QVERIFY2(column(0)->problemText().contains("256"), qPrintable(column(0)->problemText()));
        ask("Boolean", 8);
        finish();
        QVERIFY(column(0)->problemText().isEmpty());
        QVERIFY(!column(0)->view()->answer().empty());
    }

    void theChatTemplateIsTheModels()
    {
        openWith({kDense});
        part<QCheckBox>("playground_chat")->setChecked(true);
        ask("Boolean", 8);
        finish();
        const QString chat = QString::fromStdString(column(0)->view()->answer());
        part<QCheckBox>("playground_chat")->setChecked(false);
        ask("Boolean", 8);
        finish();
        QVERIFY(!chat.isEmpty());
        QVERIFY(chat != QString::fromStdString(column(0)->view()->answer()));
    }

    void anotherRuntimeStartsTheModelAnew()
    {
        openWith({kDense});
        ask("Boolean", 4);
        finish();
        const qint64 before = column(0)->model()->pid();
        QVERIFY2(column(0)->stateText().contains("packed"), qPrintable(column(0)->stateText()));
        ask("Boolean", 4);
        finish();
        QCOMPARE(column(0)->model()->pid(), before); // nothing was loaded again
        part<QComboBox>("playground_runtime")->setCurrentText("float32");
        ask("Boolean", 4);
        finish();
        QVERIFY(column(0)->model()->pid() != before);
        QVERIFY2(column(0)->stateText().contains("float32"), qPrintable(column(0)->stateText()));
    }

    void wrongParametersAreToldBeforeRunning()
    {
        openWith({kDense});
        auto* hint = part<QLabel>("playgroundHint");
        QCOMPARE(hint->text(), QStringLiteral("Type a prompt."));
        QCOMPARE(hint->palette().color(QPalette::WindowText), quietTextColor(m_page->palette()));
        part<QPlainTextEdit>("prompt")->setPlainText("x");
        QVERIFY(button("runPrompt")->isEnabled());
        part<QLineEdit>("playground_top_p")->setText("7");
        QVERIFY(!button("runPrompt")->isEnabled());
        QVERIFY2(part<QLabel>("playgroundHint")->text().contains("Top p"),
                 qPrintable(part<QLabel>("playgroundHint")->text()));
        QCOMPARE(hint->palette().color(QPalette::WindowText), badTextColor(m_page->palette()));
    }

    void whatIsNoModelIsRefusedWithTheReason()
    {
        open();
        QFile file(path("notes.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("words\n");
        file.close();
        m_page->addModels({file.fileName().toStdString(), path("absent.gguf").toStdString()});
        auto* notice = part<Banner>("playgroundNotice");
        QTRY_VERIFY_WITH_TIMEOUT(notice->isVisible() && notice->text().contains("absent.gguf"), kPatienceMs);
        QVERIFY(m_page->columns().empty());
        m_page->addModels({kDense.toStdString(), kDense.toStdString()});
        QTRY_VERIFY_WITH_TIMEOUT(notice->isVisible() && notice->text().contains("already"), kPatienceMs);
        QCOMPARE(m_page->columns().size(), std::size_t{1});
    }

    void anotherReferenceStandsFirst()
    {
        openWith({kDense, m_boolean});
        ask("Boolean", 8);
        finish();
        PlaygroundColumn* second = column(1);
        for (QAction* action : second->findChild<QToolButton*>("columnMenu")->menu()->actions())
            if (action->text().contains("Compare")) action->trigger();
        QCOMPARE(column(0), second);
        QVERIFY2(column(1)->agreementText().contains("tiny-boolean"), qPrintable(column(1)->agreementText()));
    }

    void removingEndsTheProcess()
    {
        openWith({kDense, m_boolean});
        QTRY_VERIFY_WITH_TIMEOUT(!m_page->isAtWork(), kPatienceMs);
        const auto pid = static_cast<pid_t>(column(0)->model()->pid());
        QVERIFY(pid > 0);
        column(0)->findChild<QToolButton*>("removeColumn")->click();
        QCOMPARE(m_page->columns().size(), std::size_t{1});
        QTRY_VERIFY_WITH_TIMEOUT(::kill(pid, 0) != 0, kPatienceMs);
        column(0)->findChild<QToolButton*>("removeColumn")->click();
        QVERIFY(part<QLabel>("playgroundEmpty")->isVisible());
    }

    void closingDuringAnAnswerDoesNotHang()
    {
        engine(kSlow);
        openWith({kDense, m_boolean});
        ask("x", 1000);
        QTRY_VERIFY_WITH_TIMEOUT(!column(0)->view()->answer().empty(), kPatienceMs);
        const auto pid = static_cast<pid_t>(column(0)->model()->pid());
        QElapsedTimer closing;
        closing.start();
        m_page.reset();
        QVERIFY2(closing.elapsed() < 1500, qPrintable(QString::number(closing.elapsed())));
        QVERIFY(::kill(pid, 0) != 0);
    }

    void promptsAreKeptSearchedPinnedAndRemovedWithUndo()
    {
        openWith({kDense});
        ask("first question", 4);
        finish();
        ask("second question", 7);
        finish();
        auto* list = part<QListWidget>("promptList");
        QTRY_COMPARE_WITH_TIMEOUT(shownPrompts(), (QStringList{"second question", "first question"}),
                                  kPatienceMs);
        list->setCurrentRow(1);
        button("pinPrompt")->click();
        QTRY_COMPARE_WITH_TIMEOUT(shownPrompts(), (QStringList{"★ first question", "second question"}),
                                  kPatienceMs);
        part<QLineEdit>("promptSearch")->setText("SECOND");
        QCOMPARE(shownPrompts(), QStringList{"second question"});
        part<QLineEdit>("promptSearch")->setText("no such");
        QVERIFY(part<QLabel>("promptsEmpty")->isVisible());
        part<QLineEdit>("promptSearch")->clear();
        list->setCurrentRow(0);
        QTest::keyClick(list, Qt::Key_Delete);
        QTRY_COMPARE_WITH_TIMEOUT(shownPrompts(), QStringList{"second question"}, kPatienceMs);
        button("undoRemovePrompt")->click();
        QTRY_COMPARE_WITH_TIMEOUT(shownPrompts(), (QStringList{"★ first question", "second question"}),
                                  kPatienceMs);

        // A click fills the prompt in, with how it was sampled.
        list->setCurrentRow(0);
        Q_EMIT list->itemClicked(list->item(0));
        QCOMPARE(part<QPlainTextEdit>("prompt")->toPlainText(), QString("first question"));
        QCOMPARE(part<QAbstractSpinBox>("playground_tokens")->text(), QString("4"));

        // And all of it is in the database.
        m_page.reset();
        m_store.reset();
        open();
        QTRY_COMPARE_WITH_TIMEOUT(shownPrompts(), (QStringList{"★ first question", "second question"}),
                                  kPatienceMs);
    }

    void thePromptAskedLastIsKeptThoughTheWindowCloses()
    {
        openWith({kDense});
        ask("the very last", 2);
        m_page.reset();
        m_store.reset();
        auto store = ExperimentStore::open(path("runs.sqlite").toStdString());
        QVERIFY(store);
        QCOMPARE(store->prompts().list().value().at(0).text, std::string("the very last"));
    }

    void theMenuOffersTheOpenModelAndModelsOfRuns()
    {
        NewRun run;
        run.project = "p";
        run.kind = "convert";
        run.name = "my run";
        run.job = {{"kind", "convert"}, {"model", kDense.toStdString()}, {"output", m_boolean.toStdString()}};
        auto recorder = RunRecorder::begin(path("runs.sqlite").toStdString(), run);
        QVERIFY(recorder && recorder->end(RunState::Done));
        open();
        QSignalSpy read(m_store.get(), &StoreQueue::runModelsRead);
        m_store->readRunModels();
        QTRY_VERIFY_WITH_TIMEOUT(read.count() > 0, kPatienceMs);
        m_page->setOpenModel(kDense);
        auto* menu = m_page->findChild<ModelMenu*>();
        Q_EMIT menu->aboutToShow();
        QVERIFY2(menu->actions().front()->text().contains("tiny-llama"),
                 qPrintable(menu->actions().front()->text()));
        menu->actions().front()->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(m_page->columns().size(), std::size_t{1}, kPatienceMs);
        Q_EMIT menu->aboutToShow();
        // What was made from the model that is there comes first now.
        QCOMPARE(menu->actions().front()->data().toString(), m_boolean);
        setNextPickedPath(m_boolean);
        for (QAction* action : menu->actions())
            if (action->text().contains("older")) action->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(m_page->columns().size(), std::size_t{2}, kPatienceMs);
    }

private:
    /// Answers forever, a token every 30 ms, until it is told to stop.
    static inline const QByteArray kSlow =
        "echo '{\"event\": \"ready\"}'\n"
        "while read request; do\n"
        "  n=0; limit=$(printf '%s' \"$request\" | sed 's/.*\"tokens\":\\([0-9]*\\).*/\\1/')\n"
        "  reason=length\n"
        "  while [ $n -lt $limit ]; do\n"
        "    n=$((n+1)); echo \"{\\\"event\\\": \\\"text\\\", \\\"text\\\": \\\" w$n\\\"}\"\n"
        "    if read -t 0.03 line; then reason=stopped; break; fi\n"
        "  done\n"
        "  echo \"{\\\"event\\\": \\\"done\\\", \\\"tokens\\\": $n, \\\"finish_reason\\\": "
        "\\\"$reason\\\"}\"\n"
        "done\n";

    QString path(const QString& name) const { return m_folder->filePath(name); }

    void engine(const QByteArray& script)
    {
        m_cli = path("cli");
        QFile file(m_cli);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/bash\n" + script);
        file.close();
        QFile::setPermissions(m_cli, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }

    void open()
    {
        m_store = std::make_unique<StoreQueue>(path("runs.sqlite").toStdString());
        m_page = std::make_unique<PlaygroundPage>(m_cli.toStdString(), *m_store);
        m_page->resize(1100, 700);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }

    void openWith(const QStringList& models)
    {
        open();
        std::vector<std::filesystem::path> paths;
        for (const QString& model : models)
            paths.emplace_back(model.toStdString());
        m_page->addModels(paths);
        QTRY_COMPARE_WITH_TIMEOUT(m_page->columns().size(), paths.size(), kPatienceMs);
    }

    /// With the parameters of cliArguments().
    void ask(const QString& prompt, int tokens)
    {
        part<QPlainTextEdit>("prompt")->setPlainText(prompt);
        type("playground_tokens", QString::number(tokens));
        type("playground_seed", "5");
        part<QLineEdit>("playground_temperature")->setText("0.9");
        QVERIFY2(button("runPrompt")->isEnabled(), qPrintable(button("runPrompt")->toolTip()));
        QTest::keyClick(part<QPlainTextEdit>("prompt"), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(m_page->isAtWork());
    }

    void finish() { QTRY_VERIFY_WITH_TIMEOUT(!m_page->isAtWork(), kPatienceMs); }

    void type(const char* box, const QString& text)
    {
        auto* line = part<QAbstractSpinBox>(box)->findChild<QLineEdit*>();
        line->setText(text);
    }

    static QString cliText(const QString& model, int tokens)
    {
        std::vector<std::string> arguments;
        for (const QString& argument : cliArguments(model, tokens))
            arguments.push_back(argument.toStdString());
        const auto answer = runChild(arguments);
        return answer ? QString::fromStdString(nlohmann::json::parse(answer->out).value("text", ""))
                      : QString("failed");
    }

    QStringList shownPrompts() const
    {
        QStringList all;
        const auto* list = part<QListWidget>("promptList");
        for (int i = 0; i < list->count(); ++i)
            all << list->item(i)->text();
        return all;
    }

    PlaygroundColumn* column(int i) const { return m_page->columns().at(static_cast<std::size_t>(i)); }
    template <class Widget> Widget* part(const char* name) const
    {
        return m_page->findChild<Widget*>(QLatin1String(name));
    }
    QPushButton* button(const char* name) const { return part<QPushButton>(name); }

    std::unique_ptr<QTemporaryDir> m_shared, m_folder;
    QString m_boolean, m_cli;
    std::unique_ptr<StoreQueue> m_store;
    std::unique_ptr<PlaygroundPage> m_page;
};

QTEST_MAIN(TestPlaygroundPage)
#include "test_playground_page.moc"
