// SPDX-License-Identifier: Apache-2.0
// Exports by the real program: a run like any other, and models that measure the same.
#include "cli_process.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QtTest>

class TestCliExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theExportMeasuresTheSame_data();
    void theExportMeasuresTheSame();
    void itIsARunWithItsModelCard();
    void itNeedsNoLibTorch();
    void anExistingOutputIsRefused();

private:
    CliOutcome run(const QStringList& arguments) const { return runCli(arguments, m_home.path()); }
    QString path(const QString& name) const { return m_home.filePath(name); }
    QByteArray read(const QString& name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    double perplexity(const QString& model) const
    {
        return run({"evaluate", model, "--perplexity", path("text.txt"), "-c", "128", "--windows", "2",
                    "--dtype", "float32", "--json", "--quiet"})
            .json()["perplexity"]
            .toDouble(-1);
    }

    QTemporaryDir m_home;
};

void TestCliExport::initTestCase()
{
    QFile text(path("text.txt"));
    QVERIFY(text.open(QIODevice::WriteOnly));
    for (int i = 0; i < 60; ++i)
        text.write("Sentence " + QByteArray::number(i * 7919) + " follows the one before. ");
    text.close();
    const auto made = run({"convert", BOOLAB_SOURCE_DIR "/resources/models/tiny-llama", "-o", path("tiny"),
                           "-k", "2", "--other-dtype", "float32", "--quiet"});
    QVERIFY2(made.exitCode == 0, made.errors);
}

void TestCliExport::theExportMeasuresTheSame_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("output");
    QTest::newRow("mbok") << "mbok"
                          << "as-mbok";
    QTest::newRow("safetensors") << "safetensors"
                                 << "as-dense";
    QTest::newRow("gguf") << "gguf"
                          << "as.gguf";
}

void TestCliExport::theExportMeasuresTheSame()
{
    QFETCH(QString, format);
    QFETCH(QString, output);
    const auto outcome =
        run({"export", path("tiny"), "--format", format, "--type", "f32", "-o", path(output), "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors);
    const QString model = outcome.json()["model"].toString();
    QCOMPARE(model, path(output));
    const double before = perplexity(path("tiny")), after = perplexity(model);
    QVERIFY2(before > 0 && std::abs(after / before - 1) < 1e-5,
             qPrintable(QString("%1 %2").arg(before).arg(after)));
}

void TestCliExport::itIsARunWithItsModelCard()
{
    QVERIFY(perplexity(path("tiny")) > 0);
    const auto outcome = run({"export", path("tiny"), "-o", path("card"), "--name", "an export", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors);
    const QString id = QString::number(outcome.json()["run_id"].toInt());
    const QJsonObject row = run({"runs", "show", id, "--json"}).json();
    QCOMPARE(row["kind"].toString(), QString("export"));
    QCOMPARE(row["state"].toString(), QString("done"));
    const QByteArray card = read("card/README.md");
    QVERIFY2(card.contains("| base model | tiny-llama |") && card.contains("2 × 128 tokens"), card);
    const QJsonObject job = QJsonDocument::fromJson(read("card/job.json")).object();
    QCOMPARE(job["kind"].toString(), QString("convert"));
    const auto replay = run({"run", path("card/job.json"), "--dry-run", "--json"});
    QVERIFY2(replay.exitCode == 0, replay.errors);
    const auto text = run({"export", path("tiny"), "-f", "gguf", "-o", path("told.gguf"), "--quiet"});
    QVERIFY2(text.output.contains("verified: ") && text.output.contains("llama_cpp"), text.output);
}

void TestCliExport::itNeedsNoLibTorch()
{
    const QString alone = path("boolab-cli");
    QVERIFY(QFile::copy(cliPath(), alone));
    const auto outcome = runProgram(
        alone, {"export", path("tiny"), "-f", "gguf", "-o", path("light.gguf"), "--quiet"}, m_home.path());
    QVERIFY2(outcome.exitCode == 0, outcome.errors);
}

void TestCliExport::anExistingOutputIsRefused()
{
    const QStringList arguments = {"export", path("tiny"), "-f", "gguf", "-o", path("twice.gguf"), "--json"};
    QCOMPARE(run(arguments).exitCode, 0);
    const auto again = run(arguments);
    QCOMPARE(again.exitCode, 2);
    QVERIFY(!again.json().contains("run_id")); // it never began
    QVERIFY2(again.errors.contains("twice.gguf: is there already"), again.errors);
    QCOMPARE(run(arguments + QStringList{"--overwrite"}).exitCode, 0);
    QCOMPARE(QDir(m_home.path()).entryList({".*tmp*"}, QDir::AllEntries | QDir::Hidden), QStringList());
}

QTEST_GUILESS_MAIN(TestCliExport)
#include "test_cli_export.moc"
