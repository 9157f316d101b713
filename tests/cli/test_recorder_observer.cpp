// SPDX-License-Identifier: Apache-2.0
#include "app/cli/recorder_observer.h"

#include <QTemporaryDir>
#include <QtTest>
#include <atomic>
#include <thread>

using namespace boolab;
using namespace boolab::cli;
using Command = JobObserver::Command;

class TestRecorderObserver : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesOnWithoutRequests();
    void stopRequestStopsForGood();
    void checkpointIsAskedForOnce();
    void pauseBlocksUntilResume();
    void checkpointAnswersDuringAPause();
    void signalEndsAPause();
    void settingsEventsAndSamplesPassThrough();
};

namespace
{

/// A run with its engine's side and a window's side.
struct Run {
    Run()
    {
        const std::filesystem::path database = folder.filePath("e.sqlite").toStdString();
        NewRun run;
        run.project = "p";
        run.kind = "finetune";
        run.job = nlohmann::json::object();
        run.versions = nlohmann::json::object();
        recorder.emplace(std::move(RunRecorder::begin(database, run).value()));
        store.emplace(std::move(ExperimentStore::open(database).value()));
        observer.emplace(
            *recorder, [this] { return signal.load(); },
            [this](const std::string& text) { said.push_back(text); });
    }
    void request(RequestKind kind) { QVERIFY(store->request(recorder->id(), kind)); }
    RunState state() { return store->run(recorder->id()).value().state; }

    QTemporaryDir folder;
    std::optional<RunRecorder> recorder;
    std::optional<ExperimentStore> store;
    std::optional<RecorderObserver> observer;
    std::atomic<bool> signal = false;
    std::vector<std::string> said;
};

/// Asks as an engine does between steps, until something other than Continue comes.
Command nextCommand(Run& run)
{
    for (int i = 0; i < 500; ++i) {
        const Command command = run.observer->command();
        if (command != Command::Continue) return command;
        QTest::qWait(10);
    }
    return Command::Continue;
}

} // namespace

void TestRecorderObserver::goesOnWithoutRequests()
{
    Run run;
    QCOMPARE(run.observer->command(), Command::Continue);
}

void TestRecorderObserver::stopRequestStopsForGood()
{
    Run run;
    run.request(RequestKind::Stop);
    QCOMPARE(nextCommand(run), Command::Stop);
    QCOMPARE(run.observer->command(), Command::Stop);
}

void TestRecorderObserver::checkpointIsAskedForOnce()
{
    Run run;
    run.request(RequestKind::Checkpoint);
    QCOMPARE(nextCommand(run), Command::Checkpoint);
    QCOMPARE(run.observer->command(), Command::Continue);
}

void TestRecorderObserver::pauseBlocksUntilResume()
{
    Run run;
    run.request(RequestKind::Pause);
    std::atomic<bool> stopEngine = false;
    std::atomic<int> steps = 0;
    std::thread engine([&] {
        while (!stopEngine) {
            run.observer->command();
            ++steps;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    });
    const bool paused = QTest::qWaitFor([&] { return run.state() == RunState::Paused; });
    const int before = steps;
    QTest::qWait(300);
    const int after = steps;
    run.request(RequestKind::Resume);
    const bool resumed =
        QTest::qWaitFor([&] { return run.state() == RunState::Running && steps > after + 1; });
    stopEngine = true;
    run.signal = true;
    engine.join();
    QVERIFY(paused);
    QCOMPARE(after, before);
    QVERIFY(resumed);
    QCOMPARE(run.said, (std::vector<std::string>{"paused on request", "resumed on request"}));
}

void TestRecorderObserver::checkpointAnswersDuringAPause()
{
    Run run;
    run.request(RequestKind::Pause);
    run.request(RequestKind::Checkpoint);
    QCOMPARE(nextCommand(run), Command::Checkpoint);
    run.request(RequestKind::Stop);
    QCOMPARE(nextCommand(run), Command::Stop);
}

void TestRecorderObserver::signalEndsAPause()
{
    Run run;
    run.signal = true;
    run.request(RequestKind::Pause);
    QVERIFY(QTest::qWaitFor([&] {
        run.observer->command();
        return !run.said.empty();
    }));
    QCOMPARE(run.observer->command(), Command::Continue);
}

void TestRecorderObserver::settingsEventsAndSamplesPassThrough()
{
    Run run;
    run.observer->progress(12, 60);
    QVERIFY(run.store->requestSetting(run.recorder->id(), "bool_threshold", 5));
    std::vector<SettingChange> changes;
    QVERIFY(QTest::qWaitFor([&] { return !(changes = run.observer->takeChanges()).empty(); }));
    QCOMPARE(changes[0].key, std::string("bool_threshold"));
    QCOMPARE(changes[0].value.get<double>(), 5.0);
    run.observer->event(12, "setting", "bool_threshold 4 to 5");
    run.observer->sample(12, {"a", "b", "c"});
    QVERIFY(run.recorder->flush());
    QCOMPARE(run.store->settings(run.recorder->id()).value()[0].takenStep.value(), 12);
    QCOMPARE(run.store->events(run.recorder->id()).value()[0].text, std::string("bool_threshold 4 to 5"));
    QCOMPARE(run.store->samples(run.recorder->id()).value()[0].student, std::string("c"));
}

QTEST_GUILESS_MAIN(TestRecorderObserver)
#include "test_recorder_observer.moc"
