// SPDX-License-Identifier: Apache-2.0
// Sweeps of a tiny model by the real program: what they record, that they go on, and what they survive.
#include "cli_process.h"
#include "core/store/experiment_store.h"

#include <QDir>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <csignal>

using namespace boolab;

class TestCliSweep : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void recordsOneRunPerPartBelowItsOwn();
    void theSameCommandDoesNothingTwice();
    void aWiderGridTakesOverWhatIsThere();
    void aChangedTextIsMeasuredAgain();
    void aLostModelIsConvertedAgain();
    void aPointThatFailsLeavesTheOthers();
    void aStoppedSweepGoesOnInItsOwnRun();
    void aModelsFolderIsRefused();
    void dryRunShowsMemoryAndDisk();

private:
    QStringList arguments(const QString& bits, QStringList more = {}) const;
    CliOutcome sweep(const QString& bits, const QStringList& more = {}) const
    {
        return runCli(arguments(bits, more + QStringList{"--json"}), m_home);
    }
    ExperimentStore store() const
    {
        return std::move(ExperimentStore::open((m_home + "/experiments.sqlite").toStdString()).value());
    }
    int runsOf(const char* kind) const
    {
        int count = 0;
        const auto runs = store().runs().value();
        for (const RunRecord& run : runs)
            count += run.kind == kind ? 1 : 0;
        return count;
    }
    void writeText(const QByteArray& word) const;

    QTemporaryDir m_folder;
    QString m_home;
    int m_case = 0;
};

void TestCliSweep::writeText(const QByteArray& word) const
{
    QFile text(m_home + "/text.txt");
    QVERIFY(text.open(QIODevice::WriteOnly));
    for (int i = 0; i < 300; ++i)
        text.write(word + " " + QByteArray::number(i * 7919) + " follows the one before. ");
}

void TestCliSweep::init()
{
    m_home = m_folder.filePath(QString::number(m_case++));
    QVERIFY(QDir().mkpath(m_home));
    writeText("Sentence");
}

QStringList TestCliSweep::arguments(const QString& bits, QStringList more) const
{
    return QStringList{"sweep",
                       BOOLAB_SOURCE_DIR "/resources/models/tiny-llama",
                       "-o",
                       m_home + "/grid",
                       "--methods",
                       "svid,refined",
                       "--bits",
                       bits,
                       "--perplexity",
                       m_home + "/text.txt",
                       "--seq-len",
                       "64",
                       "--windows",
                       "4",
                       "--importance",
                       "none",
                       "--threads",
                       "1",
                       "-q"} +
           more;
}

void TestCliSweep::recordsOneRunPerPartBelowItsOwn()
{
    const CliOutcome outcome = sweep("1,1.5");
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    const QJsonObject json = outcome.json();
    const QJsonArray points = json.value("points").toArray();
    QCOMPARE(points.size(), 4);
    const double full = json.value("reference").toObject().value("perplexity").toDouble();
    QVERIFY(full > 1);
    for (const auto& value : points) {
        const QJsonObject point = value.toObject();
        QCOMPARE(point.value("ratio").toDouble(), point.value("perplexity").toDouble() / full);
        const double bits = point.value("bits").toDouble(), kernels = point.value("kernels").toDouble();
        QVERIFY(kernels <= bits && kernels > bits - 0.3);
        QCOMPARE(point.value("scale_bits").toDouble(), point.value("bits_per_weight").toDouble() - kernels);
        QVERIFY(point.value("bits_per_weight_all").toDouble() > 0);
        QVERIFY(QFile::exists(point.value("model").toString() + "/model.safetensors"));
        QCOMPARE(store().run(point.value("convert_run").toInteger()).value().kind, std::string("convert"));
    }
    const RunId parent = json.value("run_id").toInteger();
    const auto children = store().childRuns(parent).value();
    QCOMPARE(children.size(), std::size_t{9});
    QCOMPARE(children.front().name, std::string("full precision"));
    const RunRecord run = store().run(parent).value();
    QCOMPARE(run.kind, std::string("sweep"));
    QVERIFY(run.state == RunState::Done);
    QCOMPARE(run.result["points"].size(), std::size_t{4});
    const auto listed = runCli({"runs", "list", "--json", "--parent", QString::number(parent)}, m_home);
    QCOMPARE(listed.json().value("runs").toArray().size(), 9);

    QFile csv(m_home + "/grid/sweep.csv");
    QVERIFY(csv.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = csv.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 6);
    QVERIFY2(lines[0].startsWith("method,bits,kernels,bits_per_weight,"), lines[0].constData());
    QVERIFY2(lines[1].startsWith("full precision,"), lines[1].constData());
    QVERIFY2(lines[2].startsWith("svid,1.0,") || lines[2].startsWith("svid,1,"), lines[2].constData());
    QVERIFY(QFile::exists(m_home + "/grid/sweep.json"));
}

void TestCliSweep::theSameCommandDoesNothingTwice()
{
    const QJsonObject first = sweep("1,2").json();
    const auto before = store().runs().value().size();
    const CliOutcome again = sweep("1,2");
    QVERIFY2(again.exitCode == 0, again.errors.constData());
    QCOMPARE(store().runs().value().size(), before);
    QCOMPARE(again.json().value("points"), first.value("points"));
    QCOMPARE(again.json().value("run_id"), first.value("run_id"));
    QCOMPARE(again.json().value("reused").toInt(), 9);
    const QByteArray table = runCli(arguments("1,2"), m_home).output;
    QVERIFY2(table.contains("full precision") && table.contains("x full precision"), table.constData());
}

void TestCliSweep::aWiderGridTakesOverWhatIsThere()
{
    QCOMPARE(sweep("1").exitCode, 0);
    const CliOutcome wider = sweep("1,2");
    QVERIFY2(wider.exitCode == 0, wider.errors.constData());
    QCOMPARE(wider.json().value("points").toArray().size(), 4);
    QCOMPARE(runsOf("sweep"), 2);
    QCOMPARE(runsOf("convert"), 4);
    QCOMPARE(runsOf("evaluate"), 5);
}

void TestCliSweep::aChangedTextIsMeasuredAgain()
{
    QCOMPARE(sweep("1").exitCode, 0);
    writeText("Paragraph");
    QCOMPARE(sweep("1").exitCode, 0);
    QCOMPARE(runsOf("convert"), 2);
    QCOMPARE(runsOf("evaluate"), 6);
}

void TestCliSweep::aLostModelIsConvertedAgain()
{
    QCOMPARE(sweep("1").exitCode, 0);
    QVERIFY(QDir(m_home + "/grid/svid-1").removeRecursively());
    QCOMPARE(sweep("1").exitCode, 0);
    QCOMPARE(runsOf("convert"), 3);
    QVERIFY(QFile::exists(m_home + "/grid/svid-1/model.safetensors"));
}

void TestCliSweep::aPointThatFailsLeavesTheOthers()
{
    QVERIFY(QDir().mkpath(m_home + "/grid/svid-1"));
    QFile diary(m_home + "/grid/svid-1/diary.txt");
    QVERIFY(diary.open(QIODevice::WriteOnly));
    diary.write("keep me");
    diary.close();
    const CliOutcome outcome = sweep("1");
    QCOMPARE(outcome.exitCode, 1);
    const QJsonArray points = outcome.json().value("points").toArray();
    QCOMPARE(outcome.json().value("failed").toInt(), 1);
    QVERIFY(points[0].toObject().value("error").toObject().value("message").toString().contains("svid-1"));
    QVERIFY(points[1].toObject().value("perplexity").toDouble() > 1);
    QVERIFY2(outcome.errors.contains("svid, 1 bit failed"), outcome.errors.constData());
    QVERIFY(diary.exists());

    QVERIFY(diary.remove());
    const CliOutcome again = sweep("1");
    QVERIFY2(again.exitCode == 0, again.errors.constData());
    QCOMPARE(runsOf("convert"), 2);
}

void TestCliSweep::aStoppedSweepGoesOnInItsOwnRun()
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("BOOLAB_HOME", m_home);
    process.setProcessEnvironment(environment);
    const QStringList all = {"--windows", "0"}; // long enough to be stopped on the way
    QStringList loud = arguments("1,2,3,4,5,6", all);
    loud.removeAll("-q");
    process.setReadChannel(QProcess::StandardError);
    process.start(cliPath(), loud);
    QByteArray errors;
    while (!errors.contains("[2/12]") && process.waitForReadyRead(60000))
        errors += process.readAll();
    QVERIFY2(errors.contains("[2/12]"), errors.constData());
    ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
    QVERIFY(process.waitForFinished(60000));
    QCOMPARE(process.exitCode(), 130);
    const auto stopped = store().runs().value();
    const RunRecord& parent = *std::ranges::find(stopped, std::string("sweep"), &RunRecord::kind);
    QVERIFY(parent.state == RunState::Stopped);
    QVERIFY(parent.result["points"].size() >= 1 && parent.result["points"].size() < 12);

    const CliOutcome on = sweep("1,2,3,4,5,6", all);
    QVERIFY2(on.exitCode == 0, on.errors.constData());
    QCOMPARE(on.json().value("run_id").toInteger(), parent.id);
    QCOMPARE(on.json().value("points").toArray().size(), 12);
    QCOMPARE(runsOf("sweep"), 1);
    QCOMPARE(runsOf("convert"), 12);
    QCOMPARE(runsOf("evaluate"), 13);
}

void TestCliSweep::aModelsFolderIsRefused()
{
    QVERIFY(QDir().mkpath(m_home + "/grid"));
    QVERIFY(QFile::copy(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama/config.json",
                        m_home + "/grid/config.json"));
    const CliOutcome outcome = sweep("1");
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY2(outcome.errors.contains("is a model's folder"), outcome.errors.constData());
    QCOMPARE(runsOf("sweep"), 0);
}

void TestCliSweep::dryRunShowsMemoryAndDisk()
{
    const CliOutcome outcome = sweep("1,2", {"--dry-run"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    QVERIFY(outcome.json().value("memory").toObject().value("disk_bytes").toDouble() > 0);
    QVERIFY(!QFile::exists(m_home + "/grid"));
}

QTEST_GUILESS_MAIN(TestCliSweep)
#include "test_cli_sweep.moc"
