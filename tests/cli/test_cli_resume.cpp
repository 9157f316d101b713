// SPDX-License-Identifier: Apache-2.0
// What --resume does to a run's row: nothing where it is refused, and no second one where there is one.
#include "finetune_runs.h"

#include <QJsonArray>
#include <QtTest>

class TestCliResume : public QObject
{
    Q_OBJECT

private:
    FinetuneRuns m_runs;

    QJsonArray runs() const
    {
        return runCli({"runs", "list", "--json", "--limit", "50"}, m_runs.home()).json()["runs"].toArray();
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_runs.prepare()); }

    void aRefusedResumeLeavesTheRunAsItWas_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("another rate")
            << QStringList{"--steps", "12", "--lr", "0.02"}
            << QByteArray("was made with learning_rate = 0.01, this run asks for 0.02");
        QTest::newRow("fewer steps") << QStringList{"--steps", "6"}
                                     << QByteArray("8 steps are done, this run asks for 6");
        QTest::newRow("no more steps")
            << QStringList{"--steps", "8"} << QByteArray("is done with its 8 steps");
    }

    void aRefusedResumeLeavesTheRunAsItWas()
    {
        QFETCH(QStringList, options);
        QFETCH(QByteArray, said);
        const QString output = QString("refused %1").arg(QTest::currentDataTag());
        const auto done = m_runs.run(output, {"--steps", "8"});
        QVERIFY2(done.exitCode == 0, done.output + done.errors);
        const int id = done.json()["run_id"].toInt();
        const auto before = m_runs.runRow(id);
        const auto count = runs().size();
        const QByteArray model = m_runs.model(output);
        const auto refused = m_runs.run(output, options + QStringList{"--resume"});
        QCOMPARE(refused.exitCode, 2);
        QVERIFY2((refused.output + refused.errors).contains(said), refused.output + refused.errors);
        QCOMPARE(before["state"].toString(), QString("done"));
        QCOMPARE(m_runs.runRow(id), before);
        QCOMPARE(runs().size(), count);
        QVERIFY(m_runs.model(output) == model);
        const auto more = m_runs.run(output, {"--steps", "12", "--resume"});
        QVERIFY2(more.exitCode == 0 && more.json()["run_id"].toInt() == id, more.output + more.errors);
    }

    void killedBeforeItsFirstCheckpointItBeginsAgainInItsRow()
    {
        const QStringList options = {"--save-every", "0", "--steps", "400"};
        const auto killed = m_runs.start("early", options);
        QVERIFY(QTest::qWaitFor(
            [&] {
                const auto row = runs().isEmpty() ? QJsonObject() : runs()[0].toObject();
                return row["state"] == "running" && row["step"].toInt() > 0;
            },
            60'000));
        killed->kill();
        QVERIFY(killed->waitForFinished(10'000));
        QCOMPARE(m_runs.checkpointStep("early"), -1);
        const int id = runs()[0].toObject()["id"].toInt();
        const auto count = runs().size();

        const auto other = m_runs.run("early", QStringList{"--steps", "12", "--resume", "--lr", "0.02"});
        QVERIFY2(other.exitCode == 2 &&
                     (other.output + other.errors).contains("was started with learning_rate"),
                 other.output + other.errors);
        const auto resumed = m_runs.run("early", QStringList{"--steps", "12", "--resume"});
        QVERIFY2(resumed.exitCode == 0, resumed.output + resumed.errors);
        QVERIFY2(resumed.errors.contains("begins again at step 0"), resumed.errors);
        QCOMPARE(resumed.json()["run_id"].toInt(), id);
        QCOMPARE(runs().size(), count);
        const auto row = m_runs.runRow(id);
        QCOMPARE(row["state"].toString(), QString("done"));
        QCOMPARE(row["metrics"].toObject()["loss"].toArray().size(), 12);
        const auto whole = m_runs.run("not killed", {"--steps", "12"});
        QVERIFY(whole.exitCode == 0);
        QVERIFY(m_runs.model("early") == m_runs.model("not killed"));
    }

    void thereIsNothingToResumeWithoutCheckpointAndRun()
    {
        const auto count = runs().size();
        const auto refused = m_runs.run("nothing", {"--steps", "12", "--resume"});
        QVERIFY2(refused.exitCode != 0 &&
                     (refused.output + refused.errors).contains("there is no checkpoint to resume from"),
                 refused.output + refused.errors);
        QCOMPARE(runs().size(), count);
    }
};

QTEST_GUILESS_MAIN(TestCliResume)
#include "test_cli_resume.moc"
