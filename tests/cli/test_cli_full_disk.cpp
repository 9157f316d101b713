// SPDX-License-Identifier: Apache-2.0
// Conversions onto a file system that is really full: a tmpfs of our own, in a mount namespace of our own.
#include "core/store/run_recorder.h"
#include "finetune_runs.h"

#include <QDir>
#include <QDirIterator>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

class TestCliFullDisk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void leavesNoHalfModelAndNamesTheDisk_data();
    void leavesNoHalfModelAndNamesTheDisk();
    void anExportLeavesNothing_data();
    void anExportLeavesNothing();
    void aTrainingKeepsItsLastCheckpointAndResumesOnceThereIsRoom();
    void aBackupThatDoesNotFitLeavesNothing();

private:
    static qint64 bytesOf(const QString& folder)
    {
        qint64 bytes = 0;
        QDirIterator files(folder, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            files.next();
            bytes += files.fileInfo().size();
        }
        return bytes;
    }

    /// Runs a shell command with a tmpfs of `size` mounted at place(); all is gone with the shell.
    int inNamespace(const QString& size, const QString& command)
    {
        QProcess shell;
        shell.setProcessChannelMode(QProcess::MergedChannels);
        shell.start(
            "unshare",
            {"--user", "--map-root-user", "--mount", "sh", "-c",
             QString("mount -t tmpfs -o size=%1 none '%2' || exit 99; %3").arg(size, place(), command)});
        if (!shell.waitForFinished(60'000)) return -1;
        m_said = shell.readAll();
        return shell.exitCode();
    }
    QString place() const { return m_folder.filePath("disk"); }

    QTemporaryDir m_folder;
    QByteArray m_said;
};

void TestCliFullDisk::initTestCase()
{
    QVERIFY(QDir().mkpath(place()));
    QFile text(m_folder.filePath("text.txt"));
    QVERIFY(text.open(QIODevice::WriteOnly));
    for (int i = 0; i < 300; ++i)
        text.write("Sentence " + QByteArray::number(i * 7919) + " follows the one before. ");
    text.close();
    if (inNamespace("64k", "true") != 0) QSKIP("this user may not mount a file system of its own");
}

void TestCliFullDisk::leavesNoHalfModelAndNamesTheDisk_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("size");
    QTest::addColumn<QByteArray>("said");
    // The first fills while layers are kept for a resumption; the second is refused before the model is
    // written.
    QTest::newRow("in the first layers") << "gptq"
                                         << "16k" << QByteArray("No space left");
    QTest::newRow("in the model file") << "svid"
                                       << "100k" << QByteArray("MB are free");
}

void TestCliFullDisk::leavesNoHalfModelAndNamesTheDisk()
{
    QFETCH(QString, method);
    QFETCH(QString, size);
    QFETCH(QByteArray, said);
    // --force: the check of free space before the start would refuse it first.
    const QString convert =
        QString(
            "BOOLAB_HOME='%1' '%2' convert '" BOOLAB_SOURCE_DIR "/resources/models/tiny-llama' -o '%3/out' "
            "--method %4 -k 3 --calibration '%5' --calibration-tokens 1024 --calibration-seq-len 64 --force "
            "--quiet; code=$?; ls -A '%3' | sed 's/^/left: /'; exit $code")
            .arg(m_folder.path(), cliPath(), place(), method, m_folder.filePath("text.txt"));
    const int code = inNamespace(size, convert);
    QVERIFY2(code > 0 && code < 99, m_said);
    QVERIFY2(m_said.contains(said) && m_said.contains(place().toUtf8()), m_said);
    QVERIFY2(!m_said.contains("left: out\n"), m_said);
}

void TestCliFullDisk::anExportLeavesNothing_data()
{
    QTest::addColumn<QString>("format");
    QTest::newRow("gguf") << "gguf";
    QTest::newRow("safetensors") << "safetensors";
}

void TestCliFullDisk::anExportLeavesNothing()
{
    QFETCH(QString, format);
    const QString output = format == "gguf" ? "out.gguf" : "out";
    const QString command =
        QString("BOOLAB_HOME='%1' '%2' export '" BOOLAB_SOURCE_DIR "/resources/models/tiny-llama' -o '%3/%4' "
                "--format %5 --force --quiet; code=$?; ls -A '%3' | sed 's/^/left: /'; exit $code")
            .arg(m_folder.path(), cliPath(), place(), output, format);
    const int code = inNamespace("100k", command);
    QVERIFY2(code > 0 && code < 99, m_said);
    QVERIFY2(m_said.contains("MB are free") && m_said.contains((place() + "/" + output).toUtf8()), m_said);
    QVERIFY2(!m_said.contains("left: "), m_said);
}

void TestCliFullDisk::aTrainingKeepsItsLastCheckpointAndResumesOnceThereIsRoom()
{
    FinetuneRuns runs;
    QVERIFY(runs.prepare());
    const QStringList options = {"--steps", "12", "--save-every", "4"};
    const auto whole = runs.run("whole", options);
    QVERIFY2(whole.exitCode == 0, whole.output + whole.errors);
    const qint64 checkpoint = bytesOf(runs.path("whole.checkpoint"));
    // Room for one checkpoint, not for the next one beside it. A model is written where 16 MiB would stay
    // free.
    const QString size =
        QString("%1k").arg((runs.checkpointedModel("whole").size() + checkpoint / 2) / 1024 + 16 * 1024);
    QStringList command = runs.arguments("out", options) + QStringList{"--force"};
    command.replaceInStrings(runs.path("out"), place() + "/out");
    for (QString& word : command)
        word = "'" + word + "'";
    const QString finetune =
        QString("BOOLAB_HOME='%1' '%2' %3").arg(runs.home(), cliPath(), command.join(' '));
    const int code = inNamespace(
        size, QString("%1; echo \"code: $?\"; grep -o '\"step\": *[0-9]*' '%2/out.checkpoint/state.json'; "
                      "mount -o remount,size=100m '%2' && %1 --resume && cp -r '%2/out' '%3'")
                  .arg(finetune, place(), runs.path("resumed")));
    QVERIFY2(code == 0, m_said);
    QVERIFY2(m_said.contains("code: 1"), m_said);
    QVERIFY2(m_said.contains("the checkpoint of step 12 could not be written") &&
                 m_said.contains("That of step 4 is whole"),
             m_said);
    QVERIFY2(m_said.contains("\"step\": 4"), m_said);
    QVERIFY2(!runs.model("whole").isEmpty() && runs.model("resumed") == runs.model("whole"),
             "other bits after the full disk");
    const auto row = runs.runRow(3);
    QStringList warnings;
    for (const auto& line : row["log"].toArray())
        if (line.toObject()["level"] == "warning") warnings << line.toObject()["text"].toString();
    QVERIFY2(warnings.join('\n').contains("the checkpoint of step 8 could not be written"),
             qPrintable(warnings.join('\n')));
}

void TestCliFullDisk::aBackupThatDoesNotFitLeavesNothing()
{
    const QString home = m_folder.filePath("backup-home");
    QVERIFY(QDir().mkpath(home));
    {
        boolab::NewRun run;
        run.project = "p";
        run.kind = "finetune";
        auto recorder = boolab::RunRecorder::begin((home + "/experiments.sqlite").toStdString(), run);
        QVERIFY(recorder);
        for (int step = 1; step <= 5000; ++step)
            recorder->metric(step, "loss", 1.0 / step);
        QVERIFY(recorder->end(boolab::RunState::Done));
    }
    const int code = inNamespace(
        "64k",
        QString("BOOLAB_HOME='%1' '%2' runs backup '%3/backup.sqlite'; code=$?; ls -A '%3'; exit $code")
            .arg(home, cliPath(), place()));
    QCOMPARE(code, 1);
    QVERIFY2(m_said.contains("no space is left") && m_said.contains("Free some disk space"),
             m_said.constData());
    QVERIFY2(!m_said.contains("backup.sqlite\n") && !m_said.contains(".tmp-"), m_said.constData());
}

QTEST_GUILESS_MAIN(TestCliFullDisk)
#include "test_cli_full_disk.moc"
