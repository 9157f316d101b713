// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_recorder.h"
#include "widgets/runs/run_follower.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace boolab;
using namespace boolab::ui;

namespace
{

NewRun finetune()
{
    NewRun run;
    run.project = "test";
    run.kind = "finetune";
    run.name = "live";
    run.job = {{"kind", "finetune"}};
    run.totalSteps = 100;
    return run;
}

/// Collects what a follower hands over, as a page would.
struct Collected {
    explicit Collected(RunFollower& follower)
    {
        QObject::connect(&follower, &RunFollower::runsRead, &follower,
                         [this](const RunListPtr& read) { runs = *read; });
        QObject::connect(&follower, &RunFollower::runRead, &follower,
                         [this](const RunUpdatePtr& update) { take(*update); });
        QObject::connect(&follower, &RunFollower::failed, &follower,
                         [this](const QString& text) { errors << text; });
    }

    void take(const RunUpdate& update)
    {
        run = update.run;
        ++updates;
        if (update.fromStart) losses.clear(), flips.clear(), logs.clear();
        for (const auto& [name, points] : update.metrics)
            if (name == "loss") losses.insert(losses.end(), points.begin(), points.end());
        for (const LayerStats& stats : update.layers)
            if (stats.quantity == "flips") flips.push_back(stats);
        logs.insert(logs.end(), update.logs.begin(), update.logs.end());
    }

    bool stepsAre(std::int64_t last) const
    {
        if (std::ssize(losses) != last) return false;
        for (std::int64_t i = 0; i < last; ++i)
            if (losses[static_cast<std::size_t>(i)].step != i + 1) return false;
        return true;
    }

    std::vector<RunRecord> runs;
    RunRecord run;
    std::vector<MetricPoint> losses;
    std::vector<LayerStats> flips;
    std::vector<LogLine> logs;
    QStringList errors;
    int updates = 0;
};

} // namespace

class TestRunFollower : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void followsALiveRecorderWithoutGapsOrRepeats()
    {
        auto recorder = RunRecorder::begin(database(), finetune());
        QVERIFY(recorder);
        recorder->layers({"a", "b"});
        RunFollower follower(database());
        Collected seen(follower);
        follower.follow(recorder->id());
        for (int step = 1; step <= 40; ++step) {
            recorder->metric(step, "loss", 10.0 / step);
            recorder->layerStats(step, "flips", {1, 2});
            recorder->log("info", "step");
            recorder->progress(step, 100);
            QTest::qWait(40);
        }
        QVERIFY(recorder->flush());
        QTRY_VERIFY(seen.stepsAre(40));
        QTRY_COMPARE(seen.flips.size(), 40U);
        QTRY_COMPARE(seen.logs.size(), 40U);
        QTRY_COMPARE(seen.run.step, 40);
        QVERIFY(seen.updates > 3); // in portions, not once at the end
        QVERIFY(recorder->end(RunState::Done, "", {{"loss", 0.25}}));
        QTRY_COMPARE(seen.run.state, RunState::Done);
        QTRY_VERIFY(seen.stepsAre(40));
        QCOMPARE(seen.errors, QStringList());
    }

    void aResumedRunIsReadFromItsStart()
    {
        auto recorder = RunRecorder::begin(database(), finetune());
        QVERIFY(recorder);
        const RunId id = recorder->id();
        for (int step = 1; step <= 30; ++step)
            recorder->metric(step, "loss", 1);
        QVERIFY(recorder->end(RunState::Stopped));
        RunFollower follower(database());
        Collected seen(follower);
        follower.follow(id);
        QTRY_VERIFY(seen.stepsAre(30));
        auto resumed = RunRecorder::resume(database(), id, 20, 100);
        QVERIFY2(resumed.has_value(), resumed ? "" : resumed.error().message.c_str());
        for (int step = 21; step <= 25; ++step)
            resumed->metric(step, "loss", 2);
        QVERIFY(resumed->flush());
        QTRY_VERIFY(seen.stepsAre(25));
        QVERIFY(resumed->end(RunState::Done));
    }

    void requestsReachTheEngine()
    {
        auto recorder = RunRecorder::begin(database(), finetune());
        QVERIFY(recorder);
        RunFollower follower(database());
        follower.request(recorder->id(), RequestKind::Pause);
        follower.request(recorder->id(), RequestKind::Checkpoint);
        const std::vector<RequestKind> asked{RequestKind::Pause, RequestKind::Checkpoint};
        std::vector<RequestKind> taken;
        const auto take = [&] {
            const auto more = recorder->takeRequests();
            taken.insert(taken.end(), more.begin(), more.end());
            return taken == asked;
        };
        QTRY_VERIFY(take());
        QVERIFY(recorder->end(RunState::Done));
    }

    void namesAndDeletionsAreWrittenEvenWhenTheWindowCloses()
    {
        RunId first = 0, second = 0;
        for (RunId* id : {&first, &second}) {
            auto recorder = RunRecorder::begin(database(), finetune());
            QVERIFY(recorder);
            *id = recorder->id();
            QVERIFY(recorder->end(RunState::Done));
        }
        {
            RunFollower follower(database());
            follower.rename(first, QStringLiteral("kept"));
            follower.remove({second});
        }
        const auto store = ExperimentStore::open(database());
        QVERIFY(store);
        const auto runs = store->runs();
        QVERIFY(runs);
        QCOMPARE(runs->size(), 1U);
        QCOMPARE(runs->front().name, "kept");
    }

    void aFileThatIsNoDatabaseIsToldOnce()
    {
        QFile file(QString::fromStdString(database().string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(8192, 'x'));
        file.close();
        RunFollower follower(database());
        Collected seen(follower);
        QTRY_COMPARE(seen.errors.size(), 1);
        QTest::qWait(900);
        QCOMPARE(seen.errors.size(), 1);
        QVERIFY2(seen.errors[0].contains(QStringLiteral("runs.sqlite")), qPrintable(seen.errors[0]));
    }

private:
    std::filesystem::path database() const
    {
        return m_folder->filePath(QStringLiteral("runs.sqlite")).toStdString();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestRunFollower)
#include "test_run_follower.moc"
