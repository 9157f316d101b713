// SPDX-License-Identifier: Apache-2.0
// The real program on the sample model.
#include "cli_process.h"

#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

class TestCliJobs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void inspectPrintsOneJsonObjectAndNothingElse();
    void inspectLeavesNoRun();
    void dryRunShowsTheJobAndDoesNothing();
    void jobFileAndFlagsAreTheSameJob();
    void generateAnswersJsonLines();
    void unknownDeviceIsRefused();

private:
    QTemporaryDir m_home;
};

void TestCliJobs::init()
{
    if (sampleModel().isEmpty()) QSKIP("the sample model is not there; ./run fetches it");
}

void TestCliJobs::inspectPrintsOneJsonObjectAndNothingElse()
{
    const CliOutcome outcome = runCli({"inspect", sampleModel(), "--json"}, m_home.path());
    QCOMPARE(outcome.exitCode, 0);
    QVERIFY2(outcome.errors.isEmpty(), outcome.errors.constData());
    const QJsonObject json = outcome.json();
    QCOMPARE(json.value("architecture").toString(), QString("llama"));
    QCOMPARE(json.value("kind").toString(), QString("gguf"));
    QCOMPARE(json.value("parameters").toInteger(), qint64{134515008});
    QCOMPARE(json.value("layers").toArray().size(), 210);
    QVERIFY(json.value("memory").toObject().contains("finetune"));
    const QByteArray text = runCli({"inspect", sampleModel()}, m_home.path()).output;
    QVERIFY2(text.contains("134.5 M") && text.contains("self_attn.q_proj"), text.constData());
}

void TestCliJobs::inspectLeavesNoRun()
{
    QCOMPARE(runCli({"inspect", sampleModel()}, m_home.path()).exitCode, 0);
    QVERIFY(runCli({"runs", "list", "--json"}, m_home.path()).json().value("runs").toArray().isEmpty());
}

void TestCliJobs::dryRunShowsTheJobAndDoesNothing()
{
    const QString output = m_home.filePath("out put");
    const CliOutcome outcome = runCli(
        {"convert", sampleModel(), "-o", output, "--kernels", "2", "--dry-run", "--json"}, m_home.path());
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    const QJsonObject job = outcome.json().value("job").toObject();
    QCOMPARE(job.value("kernels").toInt(), 2);
    QCOMPARE(job.value("output").toString(), output);
    QVERIFY(outcome.json().value("command").toString().endsWith("-o '" + output + "' --kernels 2"));
    QVERIFY(outcome.json().value("memory").toObject().value("total_bytes").toDouble() > 0);
    QVERIFY(!QFile::exists(output));
}

void TestCliJobs::jobFileAndFlagsAreTheSameJob()
{
    const QStringList flags = {"evaluate",  sampleModel(), "--perplexity", "/t.txt",
                               "--windows", "3",           "--dry-run",    "--json"};
    const CliOutcome byFlags = runCli(flags, m_home.path());
    QVERIFY2(byFlags.exitCode == 0, byFlags.errors.constData());
    QFile file(m_home.filePath("job.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(byFlags.json().value("job").toObject()).toJson());
    file.close();
    const CliOutcome byFile = runCli({"run", file.fileName(), "--dry-run", "--json"}, m_home.path());
    QVERIFY2(byFile.exitCode == 0, byFile.errors.constData());
    QCOMPARE(byFile.json(), byFlags.json());
}

void TestCliJobs::generateAnswersJsonLines()
{
    const QByteArray input =
        "{\"prompt\": \"The capital of France is\", \"tokens\": 3}\nno request\n{\"promt\": \"a\"}\n";
    const CliOutcome outcome = runCli({"generate", sampleModel(), "--json-lines"}, m_home.path(), input);
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    QStringList events;
    int tokens = 0;
    for (const QByteArray& line : outcome.output.trimmed().split('\n')) {
        const QJsonObject event = QJsonDocument::fromJson(line).object();
        QVERIFY2(!event.isEmpty(), line.constData());
        const QString name = event.value("event").toString();
        if (name == "done") tokens = event.value("tokens").toInt();
        if (name != "text") events.push_back(name);
    }
    QCOMPARE(events, (QStringList{"loading", "ready", "done", "error", "error"}));
    QCOMPARE(tokens, 3);
    QVERIFY(runCli({"runs", "list", "--json"}, m_home.path()).json().value("runs").toArray().isEmpty());
}

void TestCliJobs::unknownDeviceIsRefused()
{
    const CliOutcome outcome =
        runCli({"generate", sampleModel(), "-p", "a", "--device", "gpu"}, m_home.path());
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY(outcome.errors.contains("--device"));
}

QTEST_GUILESS_MAIN(TestCliJobs)
#include "test_cli_jobs.moc"
