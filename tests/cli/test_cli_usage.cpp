// SPDX-License-Identifier: Apache-2.0
#include "cli_process.h"

#include <QFile>
#include <QJsonArray>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

class TestCliUsage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wrongUsageExitsWithTwo_data();
    void wrongUsageExitsWithTwo();
    void helpAndVersionGoToStandardOutput();
    void badModelExitsWithThreeAndNamesIt_data();
    void badModelExitsWithThreeAndNamesIt();
    void failureIsOneJsonObjectToo();
    void whatFailsBeforeItStartsLeavesNoRun();
    void withoutItsEngineItDoesWhatNeedsNoLibTorch();

private:
    QTemporaryDir m_home;
};

void TestCliUsage::wrongUsageExitsWithTwo_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("nothing") << QStringList{} << QByteArray("subcommand");
    QTest::newRow("unknown subcommand") << QStringList{"covert"} << QByteArray("Did you mean convert?");
    QTest::newRow("unknown flag") << QStringList{"inspect", "m", "--frobnicate"}
                                  << QByteArray("unknown flag --frobnicate");
    QTest::newRow("no model") << QStringList{"inspect"} << QByteArray("inspect: MODEL is missing");
    QTest::newRow("no output") << QStringList{"convert", "m"} << QByteArray("convert: --output is missing");
    QTest::newRow("out of range") << QStringList{"convert", "m", "-o", "o", "--kernels", "9"}
                                  << QByteArray("--kernels is 9, expected a whole number from 1 to 8");
    QTest::newRow("no number") << QStringList{"finetune", "s", "--steps", "many"}
                               << QByteArray("--steps is \"many\"");
    QTest::newRow("missing value") << QStringList{"convert", "m", "--output"} << QByteArray("--output");
    QTest::newRow("runs without a subcommand") << QStringList{"runs"} << QByteArray("subcommand");
    QTest::newRow("sweep without a text")
        << QStringList{"sweep", "m", "-o", "o"} << QByteArray("sweep: --perplexity is missing");
    QTest::newRow("sweep by inputs without calibration")
        << QStringList{"sweep", "m",         "-o",           "o",      "--perplexity",
                       "t",     "--methods", "refined,gptq", "--bits", "2"}
        << QByteArray("gptq, 2 bits needs a calibration text");
    QTest::newRow("sweep of an unknown method")
        << QStringList{"sweep", "m", "--methods", "magic"} << QByteArray("--methods is \"magic\"");
    QTest::newRow("export of a type that the format has not")
        << QStringList{"export", "m", "-o", "o", "--type", "q8_0"} << QByteArray("--type q8_0 is for GGUF");
    QTest::newRow("run without a path") << QStringList{"run"} << QByteArray("PATH is missing");
}

void TestCliUsage::wrongUsageExitsWithTwo()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, message);
    const CliOutcome outcome = runCli(arguments, m_home.path());
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY2(outcome.errors.contains(message), outcome.errors.constData());
    QVERIFY(outcome.output.isEmpty());
}

void TestCliUsage::helpAndVersionGoToStandardOutput()
{
    for (const char* command :
         {"inspect", "convert", "finetune", "evaluate", "generate", "sweep", "export", "run", "runs"}) {
        const CliOutcome outcome = runCli({command, "--help"}, m_home.path());
        QCOMPARE(outcome.exitCode, 0);
        QVERIFY2(outcome.output.contains("--db") || QByteArray(command) == "runs", command);
        QVERIFY(outcome.errors.isEmpty());
    }
    const CliOutcome version = runCli({"--version"}, m_home.path());
    QCOMPARE(version.exitCode, 0);
    QVERIFY(version.output.startsWith("boolab "));
}

void TestCliUsage::badModelExitsWithThreeAndNamesIt_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("missing") << QByteArray();
    QTest::newRow("no GGUF") << QByteArray("this is no model");
    QTest::newRow("header only") << QByteArray("GGUF\x03\x00\x00\x00", 8);
}

void TestCliUsage::badModelExitsWithThreeAndNamesIt()
{
    QFETCH(QByteArray, content);
    const QString path = m_home.filePath("broken.gguf");
    QFile::remove(path);
    if (!content.isEmpty()) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }
    for (const QStringList& arguments :
         {QStringList{"inspect", path}, QStringList{"convert", path, "-o", m_home.filePath("out")},
          QStringList{"generate", path, "-p", "a"}, QStringList{"evaluate", path, "--perplexity", path}}) {
        const CliOutcome outcome = runCli(arguments, m_home.path());
        QVERIFY2(outcome.exitCode == 3, outcome.errors.constData());
        QVERIFY2(outcome.errors.contains("broken.gguf"), outcome.errors.constData());
        QVERIFY(outcome.output.isEmpty());
    }
    QVERIFY(!QFile::exists(m_home.filePath("out")));
}

void TestCliUsage::failureIsOneJsonObjectToo()
{
    const CliOutcome missing = runCli({"inspect", "/no/such/model.gguf", "--json"}, m_home.path());
    QCOMPARE(missing.exitCode, 3);
    const QJsonObject error = missing.json().value("error").toObject();
    QVERIFY(error.value("message").toString().contains("/no/such/model.gguf"));
    QCOMPARE(error.value("exit_code").toInt(), 3);

    const CliOutcome usage = runCli({"convert", "--json", "--kernls", "3"}, m_home.path());
    QCOMPARE(usage.exitCode, 2);
    QCOMPARE(usage.json().value("error").toObject().value("code").toString(), QString("usage"));
}

void TestCliUsage::whatFailsBeforeItStartsLeavesNoRun()
{
    QTemporaryDir home;
    QCOMPARE(runCli({"convert", "/no/such/model.gguf", "-o", home.filePath("o")}, home.path()).exitCode, 3);
    const CliOutcome list = runCli({"runs", "list", "--json"}, home.path());
    QCOMPARE(list.exitCode, 0);
    QVERIFY(list.json().contains("runs"));
    QVERIFY(list.json().value("runs").toArray().isEmpty());
}

void TestCliUsage::withoutItsEngineItDoesWhatNeedsNoLibTorch()
{
    const QString model = QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama");
    QTemporaryDir folder;
    const QString alone = folder.filePath("boolab-cli");
    QVERIFY(QFile::copy(cliPath(), alone));
    const CliOutcome version = runProgram(alone, {"--version"}, folder.path());
    QVERIFY2(QRegularExpression("LibTorch \\d+\\.\\d+").match(version.output).hasMatch(), version.output);
    QCOMPARE(runProgram(alone, {"inspect", model}, folder.path()).exitCode, 0);
    const QStringList generate = {"generate", model, "-p", "a", "-n", "2", "--json"};
    const CliOutcome here = runProgram(alone, generate, folder.path());
    QVERIFY2(here.exitCode == 0, here.errors.constData());
    const CliOutcome there = runCli(generate + QStringList{"--runtime", "libtorch"}, m_home.path());
    QCOMPARE(here.json().value("text"), there.json().value("text"));

    for (const QStringList& arguments :
         {QStringList{"convert", model, "-o", folder.filePath("out")}, QStringList{"bench", "op"},
          generate + QStringList{"--runtime", "libtorch"}}) {
        const CliOutcome outcome = runProgram(alone, arguments, folder.path());
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.errors.contains(folder.filePath("boolab-engine").toUtf8()) ||
                     outcome.output.contains("boolab-engine"),
                 outcome.errors.constData());
    }
    QVERIFY(!QFile::exists(folder.filePath("out")));
    const QJsonArray runs =
        runProgram(alone, {"runs", "list", "--json"}, folder.path()).json().value("runs").toArray();
    QCOMPARE(runs.size(), 1); // the text that was generated
}

QTEST_GUILESS_MAIN(TestCliUsage)
#include "test_cli_usage.moc"
