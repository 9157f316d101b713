// SPDX-License-Identifier: Apache-2.0
// Several engines and windows on one database. Engines that get killed are this program, started again.
#include "store_fixture.h"

#include <QCoreApplication>
#include <QProcess>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <iostream>

using namespace boolab;
using namespace boolab::test;

namespace
{

/// Writes one loss per millisecond until it is killed; says each step that was flushed on stdout.
int writeForEver(const std::string& database)
{
    auto recorder = RunRecorder::begin(database, newRun("victim"));
    if (!recorder) return 1;
    std::cout << "run " << recorder->id() << std::endl;
    for (int step = 1;; ++step) {
        recorder->metric(step, "loss", step);
        recorder->layerStats(step, "flips", std::vector<float>(210, static_cast<float>(step)));
        recorder->progress(step, 1'000'000);
        if (step % 20 == 0) {
            if (!recorder->flush()) return 1;
            std::cout << "flushed " << step << std::endl;
        }
        std::this_thread::sleep_for(1ms);
    }
}

/// A started engine; the numbers of its last complete lines "run N" and "flushed N".
class Engine
{
public:
    explicit Engine(const TemporaryDatabase& database)
    {
        m_process.start(QCoreApplication::applicationFilePath(),
                        {"--write-for-ever", QString::fromStdString(database.file().string())});
    }
    ~Engine() { kill(); }
    bool readUntilFlushed(int step)
    {
        while (m_flushed < step) {
            if (!m_process.canReadLine() && !m_process.waitForReadyRead(10'000)) return false;
            readLines();
        }
        return true;
    }
    void kill()
    {
        m_process.kill(); // SIGKILL
        m_process.waitForFinished();
        readLines();
    }
    qint64 pid() const { return m_process.processId(); }
    RunId run() const { return m_run; }
    int flushed() const { return m_flushed; }

private:
    void readLines()
    {
        while (m_process.canReadLine()) {
            const QList<QByteArray> words = m_process.readLine().trimmed().split(' ');
            if (words.size() == 2 && words[0] == "run") m_run = words[1].toLongLong();
            if (words.size() == 2 && words[0] == "flushed") m_flushed = words[1].toInt();
        }
    }

    QProcess m_process;
    RunId m_run = 0;
    int m_flushed = 0;
};

/// Follows one metric as a window does.
class Follower
{
public:
    Follower(const TemporaryDatabase& database, RunId run) : m_store(database.store()), m_run(run) {}
    bool follow()
    {
        const auto points = m_store.metrics(m_run, "loss", m_lastStep);
        if (!points) return false;
        for (const MetricPoint& point : *points) {
            if (point.step != m_lastStep + 1) return false;
            m_lastStep = point.step;
        }
        return true;
    }
    std::int64_t lastStep() const { return m_lastStep; }

private:
    ExperimentStore m_store;
    RunId m_run;
    std::int64_t m_lastStep = 0;
};

} // namespace

class TestStoreConcurrency : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readerFollowsTwoHundredRowsASecond()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        Follower follower(database, recorder.id());
        auto slowest = 0ns, slowestRead = 0ns;
        constexpr int kSteps = 400;
        for (int step = 1; step <= kSteps; ++step) {
            const auto start = std::chrono::steady_clock::now();
            recorder.metric(step, "loss", step);
            const auto queued = std::chrono::steady_clock::now();
            slowest = std::max(slowest, queued - start);
            if (step % 20 == 0) QVERIFY(follower.follow());
            slowestRead = std::max(slowestRead, std::chrono::steady_clock::now() - queued);
            std::this_thread::sleep_for(5ms);
        }
        QVERIFY(follower.lastStep() >= kSteps - 150); // at most 0.75 s behind
        VERIFY_OK(recorder.flush());
        QVERIFY(follower.follow());
        QCOMPARE(follower.lastStep(), kSteps);
        qInfo("slowest call of the writer %.2f ms, of the reader %.2f ms", slowest.count() / 1e6,
              slowestRead.count() / 1e6);
        QVERIFY(slowest < 100ms);
        QVERIFY(slowestRead < 500ms);
    }

    void killedEngineLosesNothingCommitted()
    {
        const TemporaryDatabase database;
        // Killed at several moments: between flushes, and about when one is going on.
        for (const int untilStep : {20, 100, 240}) {
            Engine engine(database);
            QVERIFY(engine.readUntilFlushed(untilStep));
            std::this_thread::sleep_for(std::chrono::milliseconds(untilStep % 37));
            engine.kill();

            auto store = database.store();
            const auto run = store.run(engine.run()).value();
            QCOMPARE(run.state, RunState::Interrupted);
            const auto loss = store.metrics(run.id, "loss").value();
            const auto flips = store.layerStats(run.id, "flips").value();
            QVERIFY(static_cast<int>(loss.size()) >= engine.flushed());
            QCOMPARE(flips.size(), loss.size()); // a transaction is there as a whole
            QCOMPARE(run.step, static_cast<std::int64_t>(loss.size()));
            for (std::size_t i = 0; i < loss.size(); ++i)
                QCOMPARE(loss[i].value, static_cast<double>(i + 1));

            auto connection = database.connection();
            QCOMPARE(
                connection
                    .rows<std::string>("PRAGMA integrity_check", [](const auto& row) { return row.text(0); })
                    .value()
                    .front(),
                std::string("ok"));
            auto resumed = RunRecorder::resume(database.file(), run.id, 10, 1000);
            VERIFY_OK(resumed);
            VERIFY_OK(resumed->end(RunState::Done));
        }
    }

    void stoppedProcessIsNotTakenForDead()
    {
        const TemporaryDatabase database;
        Engine engine(database);
        QVERIFY(engine.readUntilFlushed(20));
        QCOMPARE(::kill(static_cast<pid_t>(engine.pid()), SIGSTOP), 0);
        auto connection = database.connection();
        VERIFY_OK(connection.run("UPDATE runs SET heartbeat_at = 1"));
        QCOMPARE(database.store().run(engine.run()).value().state, RunState::Running);
    }

    void reusedPidIsNotTakenForTheEngine()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        auto connection = database.connection();
        // Our own living pid, but a process that started at another time.
        VERIFY_OK(connection.run("UPDATE runs SET process = process || '7'"));
        QCOMPARE(database.store().run(recorder.id()).value().state, RunState::Interrupted);
    }

    void runOnAnotherMachineIsJudgedByItsHeartbeat()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        auto connection = database.connection();
        VERIFY_OK(connection.run("UPDATE runs SET process = 'other-boot/pid:[1]/5', pid = 1"));
        QCOMPARE(database.store().run(recorder.id()).value().state, RunState::Running);
        VERIFY_OK(connection.run("UPDATE runs SET heartbeat_at = heartbeat_at - 30"));
        QCOMPARE(database.store().run(recorder.id()).value().state, RunState::Interrupted);
    }

    void twoEnginesAndTwoWindowsShareADatabase()
    {
        const TemporaryDatabase database;
        auto first = RunRecorder::begin(database.file(), newRun("first")).value();
        auto second = RunRecorder::begin(database.file(), newRun("second")).value();
        constexpr int kSteps = 600;
        std::atomic<bool> over = false, sound = true;
        const auto write = [&](RunRecorder& recorder) {
            for (int step = 1; step <= kSteps; ++step) {
                recorder.metric(step, "loss", step);
                if (step % 50 == 0 && !recorder.flush()) sound = false;
            }
        };
        const auto watch = [&](RunId run, const std::string& name) {
            Follower follower(database, run);
            auto window = database.store();
            while (sound && (!over || follower.lastStep() < kSteps)) {
                if (!follower.follow() || !window.renameRun(run, name)) sound = false;
                std::this_thread::sleep_for(
                    2ms); // far more often than a person, yet without starving the engines
            }
        };
        std::thread windowA(watch, first.id(), "a"), windowB(watch, second.id(), "b");
        std::thread engineA(write, std::ref(first)), engineB(write, std::ref(second));
        engineA.join();
        engineB.join();
        const auto firstEnd = first.end(RunState::Done), secondEnd = second.end(RunState::Done);
        over = true;
        windowA.join();
        windowB.join();
        VERIFY_OK(firstEnd);
        VERIFY_OK(secondEnd);
        QVERIFY(sound);
        QCOMPARE(database.store().run(first.id()).value().name, std::string("a"));
        QCOMPARE(database.store().metrics(second.id(), "loss").value().size(), std::size_t(kSteps));
    }

    void manyProgramsMayMakeTheSameDatabaseAtOnce()
    {
        const TemporaryDatabase database;
        std::atomic<int> opened = 0;
        std::vector<std::thread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&] {
                if (const auto store = ExperimentStore::open(database.file()); store && store->runs())
                    ++opened;
            });
        for (auto& thread : threads)
            thread.join();
        QCOMPARE(opened.load(), 8);
    }

    void garbageCollectionDoesNotDisturbAWritingEngine()
    {
        const TemporaryDatabase database;
        const RunId old = finishedRun(database);
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        auto store = database.store();
        VERIFY_OK(store.deleteRun(old));
        for (int step = 1; step <= 300; ++step) {
            recorder.metric(step, "loss", step);
            if (step == 150) QCOMPARE(store.collectGarbage().value(), 1);
        }
        VERIFY_OK(recorder.end(RunState::Done));
        QCOMPARE(store.metrics(recorder.id(), "loss").value().size(), 300u);
    }
};

int main(int argc, char** argv)
{
    if (argc == 3 && std::string(argv[1]) == "--write-for-ever") return writeForEver(argv[2]);
    QCoreApplication application(argc, argv);
    TestStoreConcurrency test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_store_concurrency.moc"
