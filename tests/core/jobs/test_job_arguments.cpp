// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/job.h"

#include <QProcess>
#include <QtTest>

using namespace boolab;

class TestJobArguments : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesPositionalsFirstAndOnlyWhatDiffers();
    void keepsFlagLikeValuesApartFromFlags();
    void quotesForAPosixShell_data();
    void quotesForAPosixShell();
};

void TestJobArguments::writesPositionalsFirstAndOnlyWhatDiffers()
{
    Job job(JobKind::Finetune);
    QVERIFY(job.set("teacher", "models/t.gguf"));
    QVERIFY(job.set("student", "work/k 3"));
    QVERIFY(job.set("output", "work/tuned"));
    QVERIFY(job.set("data", "self"));
    QVERIFY(job.set("learning_rate", 3e-5));
    QVERIFY(job.set("steps", 200));
    QVERIFY(job.set("resume", true));
    QCOMPARE(job.toCommandLine(),
             std::string("boolab-cli finetune 'work/k 3' --teacher models/t.gguf -o work/tuned --resume "
                         "--data self --lr 3e-05"));
}

void TestJobArguments::keepsFlagLikeValuesApartFromFlags()
{
    Job job(JobKind::Generate);
    QVERIFY(job.set("model", "-m"));
    QVERIFY(job.set("prompt", "--help"));
    const std::vector<std::string> expected = {"generate", "./-m", "--prompt=--help"};
    QCOMPARE(job.toArguments(), expected);
}

void TestJobArguments::quotesForAPosixShell_data()
{
    QTest::addColumn<QByteArray>("argument");
    QTest::newRow("plain") << QByteArray("a/b-c_d.gguf");
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("blank") << QByteArray("two words");
    QTest::newRow("single quote") << QByteArray("it's 'so'");
    QTest::newRow("all that shells expand")
        << QByteArray("$HOME `id` $(id) !1 * ? [a] {a,b} ~ # & | ; < > \\ \"");
    QTest::newRow("tilde") << QByteArray("~");
    QTest::newRow("new lines and tabs") << QByteArray("a\nb\tc\n");
    QTest::newRow("unicode") << QByteArray("größe 模型 🙂");
}

void TestJobArguments::quotesForAPosixShell()
{
    QFETCH(QByteArray, argument);
    const std::string quoted = shellQuoted(argument.toStdString());
    QProcess shell;
    shell.start("/bin/sh", {"-c", "printf %s " + QString::fromStdString(quoted)});
    QVERIFY(shell.waitForFinished());
    QCOMPARE(shell.readAllStandardOutput(), argument);
}

QTEST_GUILESS_MAIN(TestJobArguments)
#include "test_job_arguments.moc"
