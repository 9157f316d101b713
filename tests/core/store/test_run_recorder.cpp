// SPDX-License-Identifier: Apache-2.0
#include "store_fixture.h"

#include <cmath>
#include <limits>
#include <unistd.h>

using namespace boolab;
using namespace boolab::test;

class TestRunRecorder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everythingRecordedIsReadBack()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun("mine")).value();
        recorder.phase("training");
        recorder.progress(3, 60);
        recorder.metric(1, "loss", 2.5);
        recorder.metric(2, "loss", 2.25);
        recorder.metric(2, "flip_rate", 0.001);
        recorder.layers({"model.layers.0.q", "model.layers.0.k"});
        recorder.layerStats(2, "flips", {3.f, 4.5f});
        recorder.log("warning", "Grüße, 世界");
        recorder.artifact({"checkpoint", "/out/step-2", 123});
        VERIFY_OK(recorder.flush());

        const auto store = database.store();
        const auto run = store.run(recorder.id()).value();
        QCOMPARE(run.project, std::string("p"));
        QCOMPARE(run.kind, std::string("finetune"));
        QCOMPARE(run.name, std::string("mine"));
        QCOMPARE(run.state, RunState::Running);
        QCOMPARE(run.phase, std::string("training"));
        QCOMPARE(run.step, 3);
        QCOMPARE(run.totalSteps, 60);
        QCOMPARE(run.seed, 0xffffffffffffffffULL);
        QCOMPARE(run.pid, getpid());
        QCOMPARE(run.job.get().at("steps").get<int>(), 60);
        QCOMPARE(run.versions.get().at("boolab").get<std::string>(), std::string("0.1.0"));
        QVERIFY(run.startedAt > 0 && run.endedAt == 0 && !run.host.empty());

        const auto loss = store.metrics(run.id, "loss").value();
        QCOMPARE(loss.size(), 2u);
        QCOMPARE(loss[1].step, 2);
        QCOMPARE(loss[1].value, 2.25);
        QCOMPARE(store.metrics(run.id, "loss", 1).value().size(), 1u);
        QVERIFY(store.metrics(run.id, "unknown").value().empty());
        QCOMPARE(store.metricNames(run.id).value(), (std::vector<std::string>{"loss", "flip_rate"}));
        QCOMPARE(store.layerNames(run.id).value(),
                 (std::vector<std::string>{"model.layers.0.q", "model.layers.0.k"}));
        const auto flips = store.layerStats(run.id, "flips").value();
        QCOMPARE(flips.size(), 1u);
        QCOMPARE(flips[0].values, (std::vector<float>{3.f, 4.5f}));
        QVERIFY(store.layerStats(run.id, "flips", 2).value().empty());
        const auto logs = store.logs(run.id).value();
        QCOMPARE(logs.size(), 1u);
        QCOMPARE(logs[0].text, std::string("Grüße, 世界"));
        QVERIFY(store.logs(run.id, logs[0].id).value().empty());
        QCOMPARE(store.artifacts(run.id).value()[0].bytes, 123);
    }

    void endClosesTheRunWithItsResult()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        recorder.metric(1, "loss", 1);
        VERIFY_OK(recorder.end(RunState::Failed, "out of memory", {{"steps", 12}}));
        const auto run = database.store().run(recorder.id()).value();
        QCOMPARE(run.state, RunState::Failed);
        QCOMPARE(run.message, std::string("out of memory"));
        QCOMPARE(run.result.get().at("steps").get<int>(), 12);
        QVERIFY(run.endedAt >= run.startedAt);
        QVERIFY(!recorder.end(RunState::Running));
        QVERIFY(!recorder.end(RunState::Interrupted));
    }

    void whatIsKnownSoFarShowsBeforeTheEndAndSurvivesAKill()
    {
        const TemporaryDatabase database;
        RunId id = 0;
        {
            auto recorder = RunRecorder::begin(database.file(), newRun()).value();
            id = recorder.id();
            recorder.result({{"points", 1}});
            recorder.result({{"points", 2}});
            VERIFY_OK(recorder.flush());
            QCOMPARE(database.store().run(id).value().result.get().at("points").get<int>(), 2);
            recorder.result({{"points", 3}});
        }
        const auto run = database.store().run(id).value();
        QCOMPARE(run.state, RunState::Interrupted);
        QCOMPARE(run.result.get().at("points").get<int>(), 3);
    }

    void anEndWithoutAResultKeepsTheOneBefore()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        recorder.result({{"points", 1}});
        VERIFY_OK(recorder.end(RunState::Stopped, "stopped"));
        QCOMPARE(database.store().run(recorder.id()).value().result.get().at("points").get<int>(), 1);
    }

    void endStateIsNotOverwrittenAfterwards()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        VERIFY_OK(recorder.end(RunState::Done));
        const double beat = database.store().run(recorder.id()).value().heartbeatAt;
        recorder.state(RunState::Running);
        recorder.progress(1, 2);
        recorder.artifact({"chart", "/c.png", 1});
        VERIFY_OK(recorder.flush());
        const auto run = database.store().run(recorder.id()).value();
        QCOMPARE(run.state, RunState::Done);
        QCOMPARE(run.heartbeatAt, beat);
        QCOMPARE(database.store().artifacts(run.id).value().size(), 1u);
    }

    void notANumberAndInfinityAreKept()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        recorder.metric(1, "loss", std::numeric_limits<double>::quiet_NaN());
        recorder.metric(2, "loss", std::numeric_limits<double>::infinity());
        recorder.metric(3, "loss", -0.5);
        VERIFY_OK(recorder.flush());
        const auto loss = database.store().metrics(recorder.id(), "loss").value();
        QVERIFY(std::isnan(loss[0].value));
        QVERIFY(std::isinf(loss[1].value));
        QCOMPARE(loss[2].value, -0.5);
    }

    void stepRecordedTwiceKeepsTheLaterValue()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        recorder.metric(1, "loss", 1);
        recorder.metric(1, "loss", 2);
        VERIFY_OK(recorder.flush());
        const auto loss = database.store().metrics(recorder.id(), "loss").value();
        QCOMPARE(loss.size(), 1u);
        QCOMPARE(loss[0].value, 2.0);
    }

    void invalidUtf8DoesNotStopARun()
    {
        const TemporaryDatabase database;
        NewRun run = newRun();
        run.job["path"] = "caf\xe9";
        auto recorder = RunRecorder::begin(database.file(), run).value();
        recorder.log("info", "\xff\xfe");
        VERIFY_OK(recorder.end(RunState::Done, "", {{"text", "\xc3"}}));
        QVERIFY(database.store().run(recorder.id()).value().job.contains("path"));
    }

    void rowsAppearWithinHalfASecondWithoutFlush()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        const auto store = database.store();
        recorder.metric(1, "loss", 1);
        QVERIFY(waitFor([&] { return !store.metrics(recorder.id(), "loss").value().empty(); }, 1s));
    }

    void heartbeatGoesOnWhileTheEngineIsBusy()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        const auto store = database.store();
        const double before = store.run(recorder.id()).value().heartbeatAt;
        std::this_thread::sleep_for(2600ms);
        QVERIFY(store.run(recorder.id()).value().heartbeatAt >= before + 1.5);
    }

    void requestsArriveOnceAndInOrder()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        auto store = database.store();
        QVERIFY(recorder.takeRequests().empty());
        VERIFY_OK(store.request(recorder.id(), RequestKind::Pause));
        VERIFY_OK(store.request(recorder.id(), RequestKind::Checkpoint));
        VERIFY_OK(store.request(recorder.id(), RequestKind::Resume));
        VERIFY_OK(store.request(recorder.id(), RequestKind::Stop));
        std::vector<RequestKind> seen;
        QVERIFY(waitFor(
            [&] {
                for (const RequestKind kind : recorder.takeRequests())
                    seen.push_back(kind);
                return seen.size() == 4;
            },
            2s));
        QCOMPARE(seen, (std::vector{RequestKind::Pause, RequestKind::Checkpoint, RequestKind::Resume,
                                    RequestKind::Stop}));
        VERIFY_OK(recorder.flush());
        QVERIFY(recorder.takeRequests().empty());
    }

    void requestOfAnotherRunIsNotTaken()
    {
        const TemporaryDatabase database;
        auto mine = RunRecorder::begin(database.file(), newRun()).value();
        auto other = RunRecorder::begin(database.file(), newRun()).value();
        VERIFY_OK(database.store().request(other.id(), RequestKind::Stop));
        VERIFY_OK(mine.flush());
        VERIFY_OK(other.flush());
        QVERIFY(waitFor([&] { return !other.takeRequests().empty(); }, 2s));
        QVERIFY(mine.takeRequests().empty());
    }

    void requestToAnEndedRunIsRefused()
    {
        const TemporaryDatabase database;
        const RunId id = finishedRun(database);
        const auto refused = database.store().request(id, RequestKind::Pause);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("done") != std::string::npos);
    }

    void pausedRunIsShownAsPaused()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        recorder.state(RunState::Paused);
        VERIFY_OK(recorder.flush());
        QCOMPARE(database.store().run(recorder.id()).value().state, RunState::Paused);
        recorder.state(RunState::Running);
        VERIFY_OK(recorder.flush());
        QCOMPARE(database.store().run(recorder.id()).value().state, RunState::Running);
    }

    void recorderDroppedWithoutEndLeavesAnInterruptedRunWithItsRows()
    {
        const TemporaryDatabase database;
        RunId id = 0;
        {
            auto recorder = RunRecorder::begin(database.file(), newRun()).value();
            id = recorder.id();
            recorder.metric(1, "loss", 1);
        }
        const auto store = database.store();
        QCOMPARE(store.run(id).value().state, RunState::Interrupted);
        QCOMPARE(store.metrics(id, "loss").value().size(), 1u);
    }

    void resumeContinuesTheSameRunAndDropsLaterSteps()
    {
        const TemporaryDatabase database;
        RunId id = 0;
        {
            auto recorder = RunRecorder::begin(database.file(), newRun()).value();
            id = recorder.id();
            for (int step = 1; step <= 10; ++step) {
                recorder.metric(step, "loss", step);
                recorder.layerStats(step, "flips", {1.f});
            }
            recorder.log("info", "before");
            VERIFY_OK(recorder.end(RunState::Stopped, "stopped by the user", {{"steps", 10}}));
        }
        auto recorder = RunRecorder::resume(database.file(), id, 6, 20).value();
        const auto store = database.store();
        QCOMPARE(recorder.id(), id);
        const auto run = store.run(id).value();
        QCOMPARE(run.state, RunState::Running);
        QCOMPARE(run.step, 6);
        QCOMPARE(run.totalSteps, 20);
        QCOMPARE(run.endedAt, 0.0);
        QVERIFY(run.message.empty() && run.result.is_null());
        QCOMPARE(store.metrics(id, "loss").value().size(), 6u);
        QCOMPARE(store.layerStats(id, "flips").value().size(), 6u);
        recorder.metric(7, "loss", 70);
        VERIFY_OK(recorder.end(RunState::Done));
        QCOMPARE(store.metrics(id, "loss").value().back().value, 70.0);
        QCOMPARE(store.logs(id).value().size(), 2u);
        QCOMPARE(store.runs().value().size(), 1u);
    }

    void eventsAndSamplesAreReadFromTheLastSeenOn()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        recorder.event(50, "checkpoint", "written");
        recorder.event(60, "rollback", "loss leapt");
        recorder.sample(60, {"Once", " upon a time", " on a time"});
        VERIFY_OK(recorder.flush());
        const auto store = database.store();
        const auto events = store.events(recorder.id()).value();
        QCOMPARE(events.size(), 2u);
        QCOMPARE(events[1].step, 60);
        QCOMPARE(events[1].kind, std::string("rollback"));
        QCOMPARE(events[1].text, std::string("loss leapt"));
        QVERIFY(events[1].time > 0);
        QCOMPARE(store.events(recorder.id(), events[0].id).value().size(), 1u);
        const auto samples = store.samples(recorder.id()).value();
        QCOMPARE(samples.size(), 1u);
        QCOMPARE(samples[0].prompt, std::string("Once"));
        QCOMPARE(samples[0].teacher, std::string(" upon a time"));
        QCOMPARE(samples[0].student, std::string(" on a time"));
        QVERIFY(store.samples(recorder.id(), samples[0].id).value().empty());
    }

    void settingsReachTheEngineAndAreInForceFromItsStep()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        auto store = database.store();
        VERIFY_OK(store.requestSetting(recorder.id(), "learning_rate", 1e-4));
        VERIFY_OK(store.request(recorder.id(), RequestKind::Checkpoint));
        VERIFY_OK(store.requestSetting(recorder.id(), "bool_cap", 0));
        QVERIFY(waitFor([&] { return !recorder.takeRequests().empty(); }, 2s));
        QVERIFY(!store.settings(recorder.id()).value()[0].takenStep); // the engine is still busy with a step
        std::vector<SettingChange> changes;
        QVERIFY(waitFor(
            [&] {
                for (SettingChange& change : recorder.takeSettings(7))
                    changes.push_back(std::move(change));
                return changes.size() == 2;
            },
            2s));
        QCOMPARE(changes[0].key, std::string("learning_rate"));
        QCOMPARE(changes[0].value.get<double>(), 1e-4);
        QVERIFY(changes[1].value.is_number_float());
        VERIFY_OK(recorder.flush());
        QVERIFY(recorder.takeSettings(8).empty());
        const auto settings = store.settings(recorder.id()).value();
        QCOMPARE(settings.size(), 2u);
        QCOMPARE(settings[0].takenStep.value(), 7);
        QCOMPARE(settings[1].takenStep.value(), 7);
    }

    void resumeDropsEventsSamplesAndSettingsAfterTheCheckpoint()
    {
        const TemporaryDatabase database;
        RunId id = 0;
        {
            auto recorder = RunRecorder::begin(database.file(), newRun()).value();
            id = recorder.id();
            auto store = database.store();
            for (const int step : {3, 6, 9}) {
                recorder.event(step, "checkpoint", "");
                recorder.sample(step, {"p", "t", "s"});
                VERIFY_OK(store.requestSetting(id, "learning_rate", 0.1 / step));
                std::vector<SettingChange> changes;
                QVERIFY(waitFor([&] { return !(changes = recorder.takeSettings(step)).empty(); }, 2s));
            }
            VERIFY_OK(recorder.end(RunState::Stopped));
        }
        const auto before = database.store().events(id).value();
        auto recorder = RunRecorder::resume(database.file(), id, 6, 60).value();
        const auto store = database.store();
        QCOMPARE(store.events(id).value().size(), 2u);
        QCOMPARE(store.samples(id).value().size(), 2u);
        QCOMPARE(store.settings(id).value().size(), 2u);
        QCOMPARE(store.settings(id).value().back().value.get<double>(), 0.1 / 6);
        recorder.event(7, "setting", "");
        VERIFY_OK(recorder.flush());
        // Ids of dropped rows do not come back: a reader that has seen them finds what is new.
        QCOMPARE(store.events(id, before.back().id).value().size(), 1u);
    }

    void anExtendedRunKeepsItsNewEnd()
    {
        const TemporaryDatabase database;
        const RunId id = finishedRun(database);
        VERIFY_OK(RunRecorder::resume(database.file(), id, 60, 90));
        QCOMPARE(database.store().run(id).value().job.get().at("steps").get<int>(), 90);
    }

    void theEnginesLoadComesWithItsSteps()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        const auto store = database.store();
        const auto until = std::chrono::steady_clock::now() + 2500ms;
        for (int step = 1; std::chrono::steady_clock::now() < until; ++step) {
            recorder.metric(step, "loss", 1);
            const auto busy = std::chrono::steady_clock::now() + 20ms;
            while (std::chrono::steady_clock::now() < busy) {
            }
        }
        VERIFY_OK(recorder.flush());
        const auto load = store.metrics(recorder.id(), "cpu_load").value();
        QVERIFY2(!load.empty() && load.size() <= 3, qPrintable(QString::number(load.size())));
        QVERIFY(load[0].step > 1);
        QVERIFY2(load[0].value > 0 && load[0].value <= 1, qPrintable(QString::number(load[0].value)));
    }

    void resumeForgetsARequestThatNobodyTook()
    {
        const TemporaryDatabase database;
        const RunId id = finishedRun(database, RunState::Stopped);
        auto connection = database.connection();
        VERIFY_OK(
            connection.run("INSERT INTO requests(run_id, kind, created_at) VALUES (?1, 'stop', 1)", id));
        auto recorder = RunRecorder::resume(database.file(), id, 5, 60).value();
        VERIFY_OK(recorder.flush());
        QVERIFY(recorder.takeRequests().empty());
    }

    void resumeOfALiveRunIsRefused()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        const auto refused = RunRecorder::resume(database.file(), recorder.id(), 0, 60);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("still running") != std::string::npos);
        QCOMPARE(database.store().run(recorder.id()).value().state, RunState::Running);
    }

    void doneRunGoesOnOnlyForMoreSteps()
    {
        const TemporaryDatabase database;
        const RunId id = finishedRun(database);
        QVERIFY(!RunRecorder::resume(database.file(), id, 60, 60));
        VERIFY_OK(RunRecorder::resume(database.file(), id, 60, 120));
        QVERIFY(!RunRecorder::resume(database.file(), id + 1, 0, 60));
    }

    void callsFromSeveralThreadsAllArrive()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&recorder, t] {
                for (int step = 0; step < 500; ++step)
                    recorder.metric(step, std::to_string(t), step);
            });
        for (auto& thread : threads)
            thread.join();
        VERIFY_OK(recorder.flush());
        for (int t = 0; t < 4; ++t)
            QCOMPARE(database.store().metrics(recorder.id(), std::to_string(t)).value().size(), 500u);
    }

    void runRemovedMeanwhileIsReported()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        auto connection = database.connection();
        VERIFY_OK(connection.run("DELETE FROM runs"));
        recorder.metric(1, "loss", 1);
        const auto refused = recorder.flush();
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("was removed") != std::string::npos);
        QVERIFY(!recorder.end(RunState::Done));
    }
};

QTEST_GUILESS_MAIN(TestRunRecorder)
#include "test_run_recorder.moc"
