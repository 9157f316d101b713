// SPDX-License-Identifier: Apache-2.0
#include "core/base/system_info.h"
#include "core/store/run_queue.h"
#include "core/store/run_recorder.h"
#include "store_fixture.h"

#include <QtTest>

using namespace boolab;

class TestRunQueue : public QObject
{
    Q_OBJECT

private:
    static RunRecord row(RunId id, RunState state, double queuedAt = 0, const std::string& device = "cpu")
    {
        RunRecord run;
        run.id = id;
        run.state = state;
        run.queuedAt = queuedAt;
        run.device = device;
        run.host = "here";
        return run;
    }
    static RunId ahead(const std::vector<RunRecord>& runs, RunId id, const std::string& device = "cpu")
    {
        const RunRecord* found = runAhead(runs, id, device, "here");
        return found ? found->id : 0;
    }

private Q_SLOTS:
    void waitsForWhatWorksOnTheSameDeviceOfTheSameMachine()
    {
        QCOMPARE(ahead({row(1, RunState::Running)}, 0), 1);
        QCOMPARE(ahead({row(1, RunState::Paused)}, 0), 1);
        QCOMPARE(ahead({row(1, RunState::Running)}, 0, "cuda"), 0);
        QCOMPARE(ahead({row(1, RunState::Running, 0, "cuda:0")}, 0, "cuda"), 1);
        QCOMPARE(ahead({row(1, RunState::Running, 0, "cuda:1")}, 0, "cuda"), 0);
        RunRecord elsewhere = row(1, RunState::Running);
        elsewhere.host = "there";
        QCOMPARE(ahead({elsewhere}, 0), 0);
    }

    void whatHasEndedOrDiedHoldsUpNobody()
    {
        for (const RunState state :
             {RunState::Done, RunState::Failed, RunState::Stopped, RunState::Interrupted})
            QCOMPARE(ahead({row(1, state, 5)}, 2), 0);
    }

    void firstComeFirstServed()
    {
        // Run 1 was resumed, and came to the queue last.
        const std::vector<RunRecord> runs = {row(1, RunState::Queued, 30), row(2, RunState::Queued, 10),
                                             row(3, RunState::Queued, 20)};
        QCOMPARE(ahead(runs, 2), 0);
        QCOMPARE(ahead(runs, 3), 2);
        QCOMPARE(ahead(runs, 1), 2);
        QCOMPARE(ahead(runs, 0), 2);
    }

    void theTurnIsTakenOnceAndTimeInTheQueueIsNoWork()
    {
        test::TemporaryDatabase fixture;
        NewRun run;
        run.kind = "finetune";
        run.device = "cpu";
        auto working = RunRecorder::begin(fixture.file(), run);
        QVERIFY(working);
        run.queued = true;
        auto first = RunRecorder::begin(fixture.file(), run),
             second = RunRecorder::begin(fixture.file(), run);
        QVERIFY(first && second);
        auto store = ExperimentStore::open(fixture.file());
        QVERIFY(store->run(first->id())->state == RunState::Queued);
        QCOMPARE(secondsAtWork(*store->run(first->id())), -1.0);
        auto queue = RunQueue::open(fixture.file());
        QVERIFY(queue);
        QCOMPARE((*queue->takeTurn(first->id()))->id, working->id());
        QVERIFY(working->end(RunState::Done));
        QCOMPARE((*queue->takeTurn(second->id()))->id, first->id());
        QVERIFY(!*queue->takeTurn(first->id()));
        QVERIFY(store->run(first->id())->state == RunState::Running);
        QCOMPARE((*queue->takeTurn(second->id()))->id, first->id());
        QVERIFY(!*queue->takeTurn(second->id(), /*atOnce=*/true));
        QVERIFY(first->end(RunState::Done) && second->end(RunState::Done));
        QVERIFY(secondsAtWork(*store->run(first->id())) >= 0);
    }

    void onlyStopAndStartReachAQueuedRun()
    {
        test::TemporaryDatabase fixture;
        NewRun run;
        run.kind = "finetune";
        run.queued = true;
        auto waiting = RunRecorder::begin(fixture.file(), run);
        auto store = ExperimentStore::open(fixture.file());
        QVERIFY(waiting && store);
        QVERIFY(!store->request(waiting->id(), RequestKind::Pause));
        QVERIFY(!store->request(waiting->id(), RequestKind::Checkpoint));
        QVERIFY(!store->deleteRun(waiting->id()));
        QVERIFY(store->request(waiting->id(), RequestKind::Resume));
        QVERIFY(store->request(waiting->id(), RequestKind::Stop));
        QVERIFY(QTest::qWaitFor([&] { return waiting->takeRequests().size() == 2; }, 5000));
    }

    void aResumedRunCountsWorkWithoutTheTimeBetween()
    {
        test::TemporaryDatabase fixture;
        NewRun run;
        run.kind = "finetune";
        run.totalSteps = 10;
        RunId id = 0;
        {
            auto begun = RunRecorder::begin(fixture.file(), run);
            id = begun->id();
            QTest::qSleep(300);
            QVERIFY(begun->end(RunState::Stopped));
        }
        auto store = ExperimentStore::open(fixture.file());
        const double before = secondsAtWork(*store->run(id));
        QVERIFY(before >= 0.3);
        QTest::qSleep(1500);
        auto resumed = RunRecorder::resume(fixture.file(), id, 5, 10);
        QVERIFY(resumed);
        QVERIFY(resumed->end(RunState::Done));
        const double after = secondsAtWork(*store->run(id));
        QVERIFY2(after >= before && after < before + 1.2, qPrintable(QString::number(after)));
    }
};

QTEST_GUILESS_MAIN(TestRunQueue)
#include "test_run_queue.moc"
