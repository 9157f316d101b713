// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/job_launcher.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <unistd.h>

using namespace boolab;
using ui::JobLauncher;

namespace
{

constexpr int kPatienceMs = 20000;

Job convertJob()
{
    Job job(JobKind::Convert);
    (void)job.set("model", "/models/tiny.gguf");
    (void)job.set("output", "/models/tiny-mbok-k3");
    return job;
}

QString textOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

class TestJobLauncher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
    }

    void startsTheJobWithItsDatabase()
    {
        JobLauncher launcher(script("printf '%s\\n' \"$@\" > \"$0.arguments\""), database());
        QSignalSpy started(&launcher, &JobLauncher::started), failed(&launcher, &JobLauncher::failed);
        launcher.start(convertJob());
        QCOMPARE(started.size(), 1);
        QCOMPARE(started[0][0].toString(), QStringLiteral("Convert of tiny.gguf"));
        const QString expected =
            QStringLiteral("convert\n/models/tiny.gguf\n-o\n/models/tiny-mbok-k3\n--db\n") +
            path("experiments.sqlite") + QStringLiteral("\n");
        QTRY_COMPARE_WITH_TIMEOUT(textOf(path("cli.arguments")), expected, kPatienceMs);
        QTest::qWait(600);
        QCOMPARE(failed.size(), 0);
    }

    void moreModelsFollowTheJob()
    {
        JobLauncher launcher(script("printf '%s\\n' \"$@\" > \"$0.arguments\""), database());
        QSignalSpy started(&launcher, &JobLauncher::started);
        Job job(JobKind::Evaluate);
        QVERIFY(job.set("model", "/models/a") && job.set("perplexity", "/text.txt"));
        launcher.start(job, {QStringLiteral("/models/b"), QStringLiteral("-c")});
        QCOMPARE(started[0][0].toString(), QStringLiteral("Evaluate of a and 2 more"));
        QTRY_VERIFY_WITH_TIMEOUT(
            textOf(path("cli.arguments"))
                .endsWith(QStringLiteral("\n/models/b\n") + QDir().absoluteFilePath("-c") + "\n"),
            kPatienceMs);
    }

    void keepsTheDatabaseThatTheJobNames()
    {
        JobLauncher launcher(script("printf '%s ' \"$@\" > \"$0.arguments\""), database());
        Job job = convertJob();
        QVERIFY(job.set("db", "/other.sqlite"));
        launcher.start(job);
        QTRY_VERIFY_WITH_TIMEOUT(!textOf(path("cli.arguments")).isEmpty(), kPatienceMs);
        QCOMPARE(textOf(path("cli.arguments")).count(QStringLiteral("--db")), 1);
        QVERIFY(textOf(path("cli.arguments")).contains(QStringLiteral("/other.sqlite")));
    }

    void makesRelativePathsAbsolute()
    {
        JobLauncher launcher(script("printf '%s ' \"$@\" > \"$0.arguments\""), database());
        Job job = convertJob();
        QVERIFY(job.set("model", "models/tiny.gguf"));
        launcher.start(job);
        const QString expected = QDir::currentPath() + QStringLiteral("/models/tiny.gguf");
        QTRY_VERIFY_WITH_TIMEOUT(textOf(path("cli.arguments")).contains(expected), kPatienceMs);
    }

    void tellsThatTheProgramIsMissing()
    {
        JobLauncher launcher(path("absent/boolab-cli").toStdString(), database());
        QSignalSpy started(&launcher, &JobLauncher::started), failed(&launcher, &JobLauncher::failed);
        launcher.start(convertJob());
        QCOMPARE(started.size(), 0);
        QCOMPARE(failed.size(), 1);
        const QString message = failed[0][0].toString();
        QVERIFY2(message.contains(path("absent/boolab-cli")), qPrintable(message));
        QVERIFY2(message.contains("missing"), qPrintable(message));
        QCOMPARE(QDir(path("logs")).entryList(QDir::Files).size(), 0);
    }

    void tellsThatAFileIsNoProgram()
    {
        const auto program = script("exit 0");
        QVERIFY(QFile::setPermissions(path("cli"), QFile::ReadOwner));
        JobLauncher launcher(program, database());
        QSignalSpy failed(&launcher, &JobLauncher::failed);
        launcher.start(convertJob());
        QCOMPARE(failed.size(), 1);
        QVERIFY(failed[0][0].toString().contains(path("cli")));
    }

    void tellsThatTheLogCannotBeWritten()
    {
        QFile inTheWay(path("logs"));
        QVERIFY(inTheWay.open(QIODevice::WriteOnly));
        inTheWay.close();
        JobLauncher launcher(script("exit 0"), database());
        QSignalSpy started(&launcher, &JobLauncher::started), failed(&launcher, &JobLauncher::failed);
        launcher.start(convertJob());
        QCOMPARE(started.size(), 0);
        QCOMPARE(failed.size(), 1);
        QVERIFY(failed[0][0].toString().contains(path("logs")));
    }

    void tellsHowAProcessFailed_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("expected");
        QTest::newRow("failed") << "exit 1"
                                << "failed (exit code 1)";
        QTest::newRow("usage") << "exit 2"
                               << "an option does not fit";
        QTest::newRow("bad file") << "exit 3"
                                  << "a file cannot be used";
        QTest::newRow("killed") << "kill -KILL $$"
                                << "was ended from outside (signal 9)";
        QTest::newRow("crashed") << "kill -SEGV $$"
                                 << "crashed (signal 11)";
    }

    void tellsHowAProcessFailed()
    {
        QFETCH(QString, body);
        QFETCH(QString, expected);
        JobLauncher launcher(script(body), database());
        QSignalSpy started(&launcher, &JobLauncher::started), failed(&launcher, &JobLauncher::failed);
        launcher.start(convertJob());
        QCOMPARE(started.size(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
        const QString message = failed[0][0].toString();
        QVERIFY2(message.startsWith("Convert of tiny.gguf"), qPrintable(message));
        QVERIFY2(message.contains(expected), qPrintable(message));
    }

    void blamesMemoryOnlyWithASign_data()
    {
        QTest::addColumn<qint64>("available");
        QTest::addColumn<bool>("kernelKills");
        QTest::addColumn<QString>("expected");
        QTest::newRow("plenty") << qint64{900} << false << "was ended from outside (signal 9)";
        QTest::newRow("scarce") << qint64{20} << false << "because memory ran out";
        QTest::newRow("the kernel says so") << qint64{900} << true << "because memory ran out";
        QTest::newRow("unknown") << qint64{-1} << false << "was ended from outside (signal 9)";
    }

    void blamesMemoryOnlyWithASign()
    {
        QFETCH(qint64, available);
        QFETCH(bool, kernelKills);
        QFETCH(QString, expected);
        ui::MemorySigns signs{.available = available, .total = 1000, .kills = 3};
        JobLauncher launcher(script("while [ ! -e \"$0.go\" ]; do sleep 0.05; done\nkill -KILL $$"),
                             database(), nullptr, [&] { return signs; });
        QSignalSpy failed(&launcher, &JobLauncher::failed);
        launcher.start(convertJob());
        QTest::qWait(400); // it is seen alive
        if (kernelKills) ++signs.kills;
        QFile go(path("cli.go"));
        QVERIFY(go.open(QIODevice::WriteOnly));
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
        QVERIFY2(failed[0][0].toString().contains(expected), qPrintable(failed[0][0].toString()));
    }

    void quotesTheLastLinesOfTheLog()
    {
        JobLauncher launcher(script("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line-$i; done\n"
                                    "printf '\\033[31merror:\\033[0m broken header\\n' >&2\nexit 3"),
                             database());
        QSignalSpy failed(&launcher, &JobLauncher::failed);
        launcher.start(convertJob());
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
        const QString message = failed[0][0].toString();
        QVERIFY2(message.contains("\nline-12\nerror: broken header\n"), qPrintable(message));
        QVERIFY2(!message.contains("line-1\n"), qPrintable(message));
        QVERIFY2(message.contains(path("logs")), qPrintable(message));
    }

    void saysNothingOfARunThatWasStopped()
    {
        JobLauncher launcher(script("touch \"$0.ran\"\nexit 130"), database());
        QSignalSpy failed(&launcher, &JobLauncher::failed);
        launcher.start(convertJob());
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("cli.ran")), kPatienceMs);
        QTest::qWait(800);
        QCOMPARE(failed.size(), 0);
    }

    void runsInASessionOfItsOwnAndOutlivesTheLauncher()
    {
        {
            JobLauncher launcher(script("echo $$ > \"$0.tmp\" && mv \"$0.tmp\" \"$0.pid\"\n"
                                        "while [ ! -e \"$0.go\" ]; do sleep 0.05; done\ntouch \"$0.done\""),
                                 database());
            launcher.start(convertJob());
            QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("cli.pid")), kPatienceMs);
            const int pid = textOf(path("cli.pid")).toInt();
            QVERIFY(pid > 0);
            QCOMPARE(getsid(pid), pid);
        }
        QFile go(path("cli.go"));
        QVERIFY(go.open(QIODevice::WriteOnly));
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("cli.done")), kPatienceMs);
    }

    void leavesNoZombies()
    {
        JobLauncher launcher(script("echo $$ > \"$0.tmp\" && mv \"$0.tmp\" \"$0.pid\""), database());
        launcher.start(convertJob());
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("cli.pid")), kPatienceMs);
        const int pid = textOf(path("cli.pid")).toInt();
        QTRY_VERIFY_WITH_TIMEOUT(kill(pid, 0) != 0, kPatienceMs);
    }

private:
    QString path(const char* name) const { return m_folder->filePath(QString::fromLatin1(name)); }
    std::filesystem::path database() const { return path("experiments.sqlite").toStdString(); }

    /// Writes a program that stands in for boolab-cli.
    std::filesystem::path script(const QString& body) const
    {
        QFile file(path("cli"));
        if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write the script");
        file.write(QByteArray("#!/bin/sh\n") + body.toUtf8() + "\n");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path("cli").toStdString();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestJobLauncher)
#include "test_job_launcher.moc"
