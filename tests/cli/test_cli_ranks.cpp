// SPDX-License-Identifier: Apache-2.0
// Finetunes by several processes over Gloo on the loopback.
#include "finetune_runs.h"
#include "tests/free_port.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QtTest>
#include <csignal>

class TestCliRanks : public QObject
{
    Q_OBJECT

private:
    FinetuneRuns m_runs;

    bool waitForCheckpoint(const QString& output, int step)
    {
        return QTest::qWaitFor([&] { return m_runs.checkpointStep(output) >= step; }, 60'000);
    }

    static QByteArray said(QProcess& process)
    {
        return process.readAllStandardOutput() + process.readAllStandardError();
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_runs.prepare()); }

    void severalRanksGiveTheModelOfOneWithTheWholeBatch_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<int>("ranks");
        QTest::newRow("two ranks") << QStringList() << 2;
        QTest::newRow("three ranks, all kernels") << QStringList{"--train", "all"} << 3;
        QTest::newRow("norms, batches of two") << QStringList{"--train-norms", "-b", "2"} << 2;
        QTest::newRow("flips on trial") << QStringList{"--trial-every", "3"} << 2;
        QTest::newRow("scales only") << QStringList{"--train", "scales"} << 2;
        QTest::newRow("a cached teacher") << QStringList{"--teacher-cache", "8"} << 2;
    }

    void severalRanksGiveTheModelOfOneWithTheWholeBatch()
    {
        QFETCH(QStringList, options);
        QFETCH(int, ranks);
        const QString one = QString("one-%1").arg(QTest::currentDataTag()), several = one + "-several";
        options += {"--steps", "12"};
        const auto alone = m_runs.run(
            one, options + QStringList{"--exact-accumulation", "--grad-accum", QString::number(ranks)});
        QVERIFY2(alone.exitCode == 0, alone.output + alone.errors);
        const auto together = m_runs.run(several, options + QStringList{"--nproc", QString::number(ranks)});
        QVERIFY2(together.exitCode == 0, together.output + together.errors);
        QCOMPARE(together.json()["flips"], alone.json()["flips"]);
        QCOMPARE(together.json()["loss"], alone.json()["loss"]);
        if (!options.contains("scales")) QVERIFY(alone.json()["flips"].toInt() > 0);
        QCOMPARE(together.json()["ranks"].toInt(), ranks);
        QVERIFY(together.json()["exchanged_bytes"].toDouble() > 0);
        QVERIFY(!m_runs.model(one).isEmpty());
        QVERIFY2(m_runs.model(one) == m_runs.model(several), "the models differ");
    }

    /// All find no cache, and one makes it.
    void ranksThatBeginTogetherShareOneCacheOfTheTeacher()
    {
        const auto run = m_runs.run("cached", {"--steps", "3", "--nproc", "3", "--teacher-cache", "5"});
        QVERIFY2(run.exitCode == 0, run.output + run.errors);
    }

    void aKilledRankEndsTheRunWithACheckpointThatResumesToTheSameBits()
    {
        const QStringList options = {"--nproc", "3", "--save-every", "2", "--log-every", "1000"};
        const auto run = m_runs.start("killed", options + QStringList{"--steps", "1000000"});
        QVERIFY2(waitForCheckpoint("killed", 4), said(*run));
        const auto children = FinetuneRuns::childrenOf(run->processId());
        QCOMPARE(children.size(), 2);
        kill(static_cast<pid_t>(children.front()), SIGKILL);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(run->waitForFinished(30'000));
        QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(run->exitCode(), 1);
        const QByteArray text = said(*run);
        QVERIFY2(text.contains("was killed by signal 9") && text.contains("--resume"), text);
        QVERIFY2(text.contains("rank 1") || text.contains("rank 2"), text);
        for (const qint64 child : children)
            QVERIFY(!FinetuneRuns::isAlive(child));

        const int step = m_runs.checkpointStep("killed");
        QVERIFY2(text.contains(QString("after step %1 of").arg(step).toUtf8()), text);
        const QStringList toEnd = options + QStringList{"--steps", QString::number(step + 5)};
        const auto resumed = m_runs.run("killed", toEnd + QStringList{"--resume"});
        QVERIFY2(resumed.exitCode == 0, resumed.output + resumed.errors);
        const auto whole = m_runs.run("not killed", toEnd);
        QVERIFY2(whole.exitCode == 0, whole.output + whole.errors);
        QVERIFY2(m_runs.model("killed") == m_runs.model("not killed"), "the models differ");
    }

    void aHungRankCountsAsLostAfterTheTimeout()
    {
        const auto run = m_runs.start("hung", {"--nproc", "2", "--save-every", "2", "--steps", "1000000",
                                               "--rank-timeout", "3", "--log-every", "1000"});
        QVERIFY2(waitForCheckpoint("hung", 4), said(*run));
        const auto children = FinetuneRuns::childrenOf(run->processId());
        QCOMPARE(children.size(), 1);
        kill(static_cast<pid_t>(children.front()), SIGSTOP);
        QVERIFY(run->waitForFinished(60'000));
        QCOMPARE(run->exitCode(), 1);
        const QByteArray text = said(*run);
        QVERIFY2(text.contains("rank 1 does not answer") && text.contains("--resume"), text);
        QVERIFY(!FinetuneRuns::isAlive(children.front()));
    }

    void noRankOutlivesAKilledRankZero()
    {
        const auto run = m_runs.start(
            "orphans", {"--nproc", "3", "--save-every", "2", "--steps", "1000000", "--log-every", "1000"});
        QVERIFY2(waitForCheckpoint("orphans", 2), said(*run));
        const auto children = FinetuneRuns::childrenOf(run->processId());
        QCOMPARE(children.size(), 2);
        run->kill();
        QVERIFY(run->waitForFinished(10'000));
        for (const qint64 child : children)
            QVERIFY(QTest::qWaitFor([&] { return !FinetuneRuns::isAlive(child); }, 10'000));
    }

    void aStopEndsAllRanksWithACheckpoint()
    {
        const auto run = m_runs.start(
            "stopped", {"--nproc", "2", "--save-every", "2", "--steps", "1000000", "--log-every", "1000"});
        QVERIFY2(waitForCheckpoint("stopped", 2), said(*run));
        const auto children = FinetuneRuns::childrenOf(run->processId());
        run->terminate();
        QVERIFY(run->waitForFinished(30'000));
        QCOMPARE(run->exitCode(), 130);
        for (const qint64 child : children)
            QVERIFY(!FinetuneRuns::isAlive(child));
    }

    void ranksMeetByTorchrunsEnvironment()
    {
        const QString port = QString::number(freePort());
        const auto rank = [&](int number) {
            return m_runs.start("torchrun", {"--steps", "12"},
                                {QString("RANK=%1").arg(number), "WORLD_SIZE=2", "LOCAL_WORLD_SIZE=2",
                                 "MASTER_ADDR=127.0.0.1", "MASTER_PORT=" + port});
        };
        const auto one = rank(1), zero = rank(0);
        QVERIFY(zero->waitForFinished(60'000) && one->waitForFinished(60'000));
        QVERIFY2(zero->exitCode() == 0, said(*zero));
        QVERIFY2(one->exitCode() == 0, said(*one));
        QCOMPARE(one->readAllStandardOutput(), QByteArray());
        const auto alone =
            m_runs.run("torchrun alone", {"--steps", "12", "--exact-accumulation", "--grad-accum", "2"});
        QVERIFY(alone.exitCode == 0);
        QVERIFY2(m_runs.model("torchrun") == m_runs.model("torchrun alone"), "the models differ");
    }

    void otherOptionsAtAnotherRankAreNamed()
    {
        const QString port = QString::number(freePort());
        const auto rank = [&](int number, const QString& batch) {
            return m_runs.start("unlike", {"--steps", "12", "-b", batch},
                                {QString("RANK=%1").arg(number), "WORLD_SIZE=2", "MASTER_ADDR=127.0.0.1",
                                 "MASTER_PORT=" + port});
        };
        const auto zero = rank(0, "1"), one = rank(1, "2");
        QVERIFY(zero->waitForFinished(60'000) && one->waitForFinished(60'000));
        QVERIFY(zero->exitCode() != 0 && one->exitCode() != 0);
        const QByteArray text = said(*zero);
        QVERIFY2(text.contains("batch_size is 2 here and null at rank 0") ||
                     text.contains("this rank has options that rank 0 has not"),
                 text);
    }

    void aMasterOutOfReachIsNamed()
    {
        const auto run = m_runs.start("nobody", {"--steps", "12", "--rank-timeout", "2"},
                                      {"RANK=1", "WORLD_SIZE=2", "MASTER_ADDR=127.0.0.1", "MASTER_PORT=1"});
        QVERIFY(run->waitForFinished(30'000));
        const QByteArray text = said(*run);
        QVERIFY2(run->exitCode() == 1 && text.contains("127.0.0.1:1") && text.contains("MASTER_ADDR"), text);
    }

    void onlyRankZeroKeepsARecord()
    {
        const auto together = m_runs.run("recorded", {"--steps", "4", "--nproc", "2"});
        QVERIFY2(together.exitCode == 0, together.output + together.errors);
        const auto list = runCli({"runs", "list", "--json"}, m_runs.home()).json();
        int found = 0;
        for (const auto& run : list["runs"].toArray())
            found += run.toObject()["job"].toObject()["output"].toString() == m_runs.path("recorded");
        QCOMPARE(found, 1);
        const auto row = m_runs.runRow(together.json()["run_id"].toInt());
        QCOMPARE(row["job"].toObject()["nproc"].toInt(), 2);
        QVERIFY(row["metrics"].toObject().contains("exchanged_bytes"));
    }
};

QTEST_GUILESS_MAIN(TestCliRanks)
#include "test_cli_ranks.moc"
