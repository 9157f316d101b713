// SPDX-License-Identifier: Apache-2.0
// What a finetune survives. BOOLAB_KILLS and BOOLAB_LOCK_SECONDS make it longer.
#include "finetune_runs.h"

#include <QDir>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QRandomGenerator>
#include <QtTest>
#include <csignal>
#include <sqlite3.h>

namespace
{

int fromEnvironment(const char* name, int otherwise)
{
    bool isNumber = false;
    const int number = qEnvironmentVariableIntValue(name, &isNumber);
    return isNumber ? number : otherwise;
}

class Lock
{
public:
    explicit Lock(const QString& database)
    {
        if (sqlite3_open(database.toUtf8().constData(), &m_db) != SQLITE_OK) qFatal("no database");
        sqlite3_busy_timeout(m_db, 5000);
        m_holds = sqlite3_exec(m_db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    ~Lock() { sqlite3_close(m_db); }
    bool holds() const { return m_holds; }

private:
    sqlite3* m_db = nullptr;
    bool m_holds = false;
};

} // namespace

class TestCliTrust : public QObject
{
    Q_OBJECT

private:
    FinetuneRuns m_runs;

    static QByteArray said(QProcess& process)
    {
        return process.readAllStandardOutput() + process.readAllStandardError();
    }
    bool waitForCheckpoint(const QString& output, int step)
    {
        return QTest::qWaitFor([&] { return m_runs.checkpointStep(output) >= step; }, 60'000);
    }
    /// Whether a checkpoint is being written beside `output`.
    bool isHalfWritten(const QString& output) const
    {
        return !QDir(m_runs.home())
                    .entryList({"." + output + ".checkpoint.tmp-*"}, QDir::Dirs | QDir::Hidden)
                    .isEmpty();
    }
    QStringList steps(int count) const { return {"--steps", QString::number(count)}; }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_runs.prepare()); }

    void killedAtRandomMomentsItEndsWithTheSameBits_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("happens"); // a figure of the result that must not be 0
        QTest::newRow("plain") << QStringList{"--save-every", "1"} << "flips";
        QTest::newRow("trials, norms, measurements")
            << QStringList{"--save-every", "2", "--trial-every", "3", "--train-norms", "--eval-every", "7"}
            << "trials";
    }

    void killedAtRandomMomentsItEndsWithTheSameBits()
    {
        QFETCH(QStringList, options);
        QFETCH(QString, happens);
        constexpr int kSteps = 60;
        const QString tag = QTest::currentDataTag();
        options += steps(kSteps) + QStringList{"--schedule", "cosine"};
        QElapsedTimer timer;
        timer.start();
        const auto whole = m_runs.run("whole " + tag, options);
        const int life = static_cast<int>(timer.elapsed());
        QVERIFY2(whole.exitCode == 0, whole.output + whole.errors);
        QVERIFY2(whole.json()[happens].toInt() > 0, whole.output);
        const QByteArray expected = m_runs.model("whole " + tag);

        const int wanted = fromEnvironment("BOOLAB_KILLS", 4);
        auto* const random = QRandomGenerator::global();
        int kills = 0, inWriting = 0, rounds = 0, early = 0;
        while (kills < wanted) {
            const QString output = QString("killed %1 %2").arg(tag).arg(rounds++);
            for (bool done = false; !done;) {
                const bool resumes = m_runs.checkpointStep(output) >= 0;
                const auto run =
                    m_runs.start(output, options + (resumes ? QStringList{"--resume"} : QStringList()));
                const bool kill = kills < wanted;
                done = run->waitForFinished(kill ? random->bounded(100, life) : 120'000);
                if (done) {
                    QVERIFY2(run->exitStatus() == QProcess::NormalExit && run->exitCode() == 0, said(*run));
                    break;
                }
                QVERIFY(kill);
                run->kill();
                QVERIFY(run->waitForFinished(10'000));
                ++kills;
                done = !m_runs.model(output).isEmpty(); // the kill came after the end
                inWriting += isHalfWritten(output);
                early += m_runs.checkpointStep(output) < 0;
            }
            QVERIFY2(m_runs.model(output) == expected, qPrintable("other bits after the kills of " + output));
        }
        qInfo("%d kills in %d trainings of %d steps, %d while a checkpoint was written, %d before the first",
              kills, rounds, kSteps, inWriting, early);
    }

    void rowsOfAKilledAndResumedRunAreThoseOfOneThatWasNot()
    {
        const QStringList options = QStringList{"--save-every", "10"} + steps(60);
        const auto killed = m_runs.start("rows", options);
        QVERIFY2(waitForCheckpoint("rows", 20), said(*killed));
        killed->kill();
        QVERIFY(killed->waitForFinished(10'000));
        QTest::qSleep(1500); // idle, which is no time at work
        QElapsedTimer timer;
        timer.start();
        const auto resumed = m_runs.run("rows", options + QStringList{"--resume"});
        QVERIFY2(resumed.exitCode == 0, resumed.output + resumed.errors);
        const auto row = m_runs.runRow(resumed.json()["run_id"].toInt());
        const auto loss = row["metrics"].toObject()["loss"].toArray();
        QCOMPARE(loss.size(), 60);
        for (int i = 0; i < 60; ++i)
            QCOMPARE(loss[i].toArray()[0].toInt(), i + 1);
        QCOMPARE(row["state"].toString(), QString("done"));
    }

    void theDatabaseMayBeLockedForLong()
    {
        const int seconds = fromEnvironment("BOOLAB_LOCK_SECONDS", 8);
        const auto run = m_runs.start("locked", QStringList{"--save-every", "5"} + steps(1'000'000));
        QVERIFY2(waitForCheckpoint("locked", 5), said(*run));
        int before = 0;
        {
            const Lock lock(m_runs.path("experiments.sqlite"));
            QVERIFY(lock.holds());
            before = m_runs.checkpointStep("locked");
            QTest::qSleep(seconds * 1000);
            QVERIFY2(m_runs.checkpointStep("locked") > before, "the training waited for the database");
        }
        const int after = m_runs.checkpointStep("locked");
        QVERIFY(waitForCheckpoint("locked", after + 5));
        run->terminate();
        QVERIFY(run->waitForFinished(30'000));
        QCOMPARE(run->exitCode(), 130);
        const auto list = runCli({"runs", "list", "--json", "--limit", "1"}, m_runs.home()).json();
        const auto row = m_runs.runRow(list["runs"].toArray()[0].toObject()["id"].toInt());
        QCOMPARE(row["state"].toString(), QString("stopped"));
        const int step = m_runs.checkpointStep("locked");
        QCOMPARE(row["metrics"].toObject()["loss"].toArray().size(), step);
    }

    void itsEndMayComeWhileTheDatabaseIsLocked()
    {
        const auto run = m_runs.start("end in a lock", QStringList{"--save-every", "5"} + steps(1'000'000));
        QVERIFY2(waitForCheckpoint("end in a lock", 5), said(*run));
        {
            const Lock lock(m_runs.path("experiments.sqlite"));
            QVERIFY(lock.holds());
            run->terminate();
            QVERIFY(!run->waitForFinished(fromEnvironment("BOOLAB_LOCK_SECONDS", 8) * 1000));
        }
        QVERIFY(run->waitForFinished(30'000));
        const auto list = runCli({"runs", "list", "--json", "--limit", "1"}, m_runs.home()).json();
        QCOMPARE(list["runs"].toArray()[0].toObject()["state"].toString(), QString("stopped"));
    }

    void aSuspendedEngineIsNeitherEndedNorDoubled()
    {
        const auto run = m_runs.start("suspended", QStringList{"--save-every", "5"} + steps(1'000'000));
        QVERIFY2(waitForCheckpoint("suspended", 5), said(*run));
        kill(static_cast<pid_t>(run->processId()), SIGSTOP);
        QTest::qSleep(12'000); // longer than a heartbeat may be old
        const auto list = runCli({"runs", "list", "--json", "--limit", "1"}, m_runs.home()).json();
        const auto row = list["runs"].toArray()[0].toObject();
        QCOMPARE(row["state"].toString(), QString("running"));
        QVERIFY2(row["silent_seconds"].toDouble() > 10,
                 qPrintable(QString::number(row["silent_seconds"].toDouble())));
        const auto text = runCli({"runs", "list", "--limit", "1"}, m_runs.home());
        QVERIFY2(text.output.contains("no sign of life for"), text.output);
        const auto twice =
            m_runs.run("suspended", QStringList{"--save-every", "5", "--resume"} + steps(1'000'000));
        QVERIFY2(twice.exitCode == 2 && (twice.output + twice.errors).contains("is being written by process"),
                 twice.output + twice.errors);
        const int step = m_runs.checkpointStep("suspended");
        kill(static_cast<pid_t>(run->processId()), SIGCONT);
        QVERIFY2(waitForCheckpoint("suspended", step + 5), "it did not go on");
        run->terminate();
        QVERIFY(run->waitForFinished(30'000));
        QCOMPARE(run->exitCode(), 130);
    }

    void twoRunsAtOnceDoNotDisturbEachOther()
    {
        const QStringList one = steps(40), two = steps(40) + QStringList{"--seed", "6"};
        QVERIFY(m_runs.run("one alone", one).exitCode == 0);
        QVERIFY(m_runs.run("two alone", two).exitCode == 0);
        const auto first = m_runs.start("one of two", one), second = m_runs.start("two of two", two);
        QVERIFY(first->waitForFinished(120'000) && second->waitForFinished(120'000));
        QVERIFY2(first->exitCode() == 0, said(*first));
        QVERIFY2(second->exitCode() == 0, said(*second));
        QVERIFY(m_runs.model("one of two") == m_runs.model("one alone"));
        QVERIFY(m_runs.model("two of two") == m_runs.model("two alone"));
        QVERIFY(m_runs.model("one of two") != m_runs.model("two of two"));
    }

    void theSameOutputAtTheSameTimeIsRefused()
    {
        const auto first = m_runs.start("same", QStringList{"--save-every", "5"} + steps(1'000'000));
        QVERIFY2(waitForCheckpoint("same", 5), said(*first));
        const auto second = m_runs.run("same", steps(10));
        const QByteArray text = second.output + second.errors;
        QCOMPARE(second.exitCode, 2);
        QVERIFY2(text.contains("is being written by process " + QByteArray::number(first->processId())),
                 text);
        first->terminate();
        QVERIFY(first->waitForFinished(30'000));
        QVERIFY2(!QFile::exists(m_runs.path("same.lock")), "the lock stayed");
    }
};

QTEST_GUILESS_MAIN(TestCliTrust)
#include "test_cli_trust.moc"
