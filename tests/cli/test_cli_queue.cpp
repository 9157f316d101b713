// SPDX-License-Identifier: Apache-2.0
// Runs that wait for their device.
#include "finetune_runs.h"

#include <QJsonArray>
#include <QtTest>

class TestCliQueue : public QObject
{
    Q_OBJECT

private:
    FinetuneRuns m_runs;

    static QByteArray said(QProcess& process)
    {
        return process.readAllStandardOutput() + process.readAllStandardError();
    }
    QJsonObject rowOf(const QString& output) const
    {
        const auto list = runCli({"runs", "list", "--json"}, m_runs.home()).json();
        for (const auto& run : list["runs"].toArray())
            if (run.toObject()["job"].toObject()["output"].toString() == m_runs.path(output))
                return run.toObject();
        return {};
    }
    bool waitForState(const QString& output, const QString& state) const
    {
        return QTest::qWaitFor([&] { return rowOf(output)["state"].toString() == state; }, 30'000);
    }
    int ask(const char* what, const QString& output) const
    {
        return runCli({"runs", what, QString::number(rowOf(output)["id"].toInt())}, m_runs.home()).exitCode;
    }
    std::unique_ptr<QProcess> endless(const QString& output) const
    {
        return m_runs.start(output, {"--steps", "1000000", "--log-every", "1000"});
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_runs.prepare()); }

    void queuedRunsFollowOneAnother()
    {
        const auto working = endless("working");
        QVERIFY2(waitForState("working", "running"), said(*working));
        const auto first = m_runs.start("first", {"--steps", "4", "--queue"});
        QVERIFY2(waitForState("first", "queued"), said(*first));
        const auto second = m_runs.start("second", {"--steps", "4", "--queue"});
        QVERIFY2(waitForState("second", "queued"), said(*second));
        QVERIFY(QTest::qWaitFor(
            [&] { return rowOf("first")["phase"].toString().startsWith("waiting for run"); }, 5000));
        QVERIFY(!first->waitForFinished(1500));
        QCOMPARE(ask("stop", "working"), 0);
        QVERIFY(first->waitForFinished(30'000) && second->waitForFinished(30'000));
        QVERIFY2(first->exitCode() == 0, said(*first));
        QVERIFY2(second->exitCode() == 0, said(*second));
        QVERIFY(working->waitForFinished(30'000));
        QVERIFY(rowOf("second")["started"].toString() >= rowOf("first")["ended"].toString());
    }

    void aStoppedOneLeavesTheQueueAndAnAskedOneStartsAtOnce()
    {
        const auto working = endless("busy");
        QVERIFY2(waitForState("busy", "running"), said(*working));
        const auto stopped = m_runs.start("leaves", {"--steps", "4", "--queue"});
        const auto hurried = m_runs.start("hurries", {"--steps", "4", "--queue"});
        QVERIFY(waitForState("leaves", "queued") && waitForState("hurries", "queued"));
        QVERIFY(ask("pause", "leaves") != 0);
        QCOMPARE(ask("stop", "leaves"), 0);
        QVERIFY(stopped->waitForFinished(10'000));
        QCOMPARE(stopped->exitCode(), 130);
        QCOMPARE(rowOf("leaves")["state"].toString(), QString("stopped"));
        QCOMPARE(ask("resume", "hurries"), 0);
        QVERIFY(hurried->waitForFinished(30'000));
        QVERIFY2(hurried->exitCode() == 0, said(*hurried));
        QCOMPARE(rowOf("busy")["state"].toString(), QString("running"));
        working->terminate();
        QVERIFY(working->waitForFinished(30'000));
    }

    void theDeadHoldUpNobody()
    {
        const auto working = endless("dies at work");
        QVERIFY2(waitForState("dies at work", "running"), said(*working));
        const auto queued = m_runs.start("dies in the queue", {"--steps", "4", "--queue"});
        QVERIFY2(waitForState("dies in the queue", "queued"), said(*queued));
        const auto last = m_runs.start("last", {"--steps", "4", "--queue"});
        QVERIFY2(waitForState("last", "queued"), said(*last));
        for (QProcess* process : {queued.get(), working.get()}) {
            process->kill();
            QVERIFY(process->waitForFinished(10'000));
        }
        QVERIFY(last->waitForFinished(30'000));
        QVERIFY2(last->exitCode() == 0, said(*last));
        QCOMPARE(rowOf("dies in the queue")["state"].toString(), QString("interrupted"));
    }

    void aRunMayWaitForTheModelThatAnotherStillWrites()
    {
        const auto working = endless("makes way");
        QVERIFY2(waitForState("makes way", "running"), said(*working));
        const auto first = m_runs.start("comes", {"--steps", "4", "--queue"});
        QVERIFY2(waitForState("comes", "queued"), said(*first));
        QStringList arguments = m_runs.arguments("after", {"--steps", "4", "--queue"});
        arguments.replaceInStrings(m_runs.path("student"), m_runs.path("comes"));
        QProcess second;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("BOOLAB_HOME", m_runs.home());
        second.setProcessEnvironment(environment);
        second.start(cliPath(), arguments);
        QVERIFY2(waitForState("after", "queued"), said(second));
        working->terminate();
        QVERIFY(first->waitForFinished(30'000) && second.waitForFinished(30'000));
        QVERIFY2(second.exitCode() == 0, said(second));
        QVERIFY(working->waitForFinished(30'000));
    }

    void aMissingModelIsNamedAtOnce()
    {
        QStringList arguments = m_runs.arguments("nothing", {"--queue"});
        arguments.replaceInStrings(m_runs.path("student"), m_runs.path("nowhere"));
        const auto outcome = runCli(arguments, m_runs.home());
        QVERIFY(outcome.exitCode != 0);
        QVERIFY2((outcome.output + outcome.errors).contains("nowhere"), outcome.output + outcome.errors);
        QVERIFY(rowOf("nothing").isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestCliQueue)
#include "test_cli_queue.moc"
