// SPDX-License-Identifier: Apache-2.0
#include "cli_process.h"
#include "core/store/run_recorder.h"

#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

using namespace boolab;

class TestCliRuns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void listsNewestFirstAndFilters();
    void showsOneRunWholly();
    void comparesWhatDiffers();
    void exportsEveryPointAsCsv();
    void deletedRunsAreGoneFromTheList();
    void namesTheRunThatIsNotThere();
    void namesTheDatabaseThatIsNone();

private:
    CliOutcome runs(QStringList arguments);
    QTemporaryDir m_folder;
    QString m_home;
    int m_case = 0;
};

CliOutcome TestCliRuns::runs(QStringList arguments)
{
    arguments.prepend("runs");
    return runCli(arguments, m_home);
}

void TestCliRuns::init()
{
    m_home = m_folder.filePath(QString::number(m_case++));
    const std::filesystem::path database = (m_home + "/experiments.sqlite").toStdString();
    QVERIFY(QDir().mkpath(m_home));
    for (const int kernels : {2, 3}) {
        auto recorder = RunRecorder::begin(
            database, {.project = "p",
                       .kind = "convert",
                       .name = "K, " + std::to_string(kernels),
                       .job = {{"kind", "convert"}, {"model", "/m"}, {"output", "/o"}, {"kernels", kernels}},
                       .device = "cpu",
                       .dtype = "float32",
                       .versions = nlohmann::json::object(),
                       .resumedFrom = {}});
        QVERIFY2(recorder, recorder ? "" : recorder.error().text().c_str());
        recorder->metric(1, "relative_error", 0.5);
        recorder->metric(2, "relative_error", 0.25);
        recorder->log("info", "half way");
        QVERIFY(recorder->end(RunState::Done, {}, {{"relative_error", 0.25}, {"kernels", kernels}}));
    }
}

void TestCliRuns::listsNewestFirstAndFilters()
{
    const CliOutcome all = runs({"list", "--json"});
    QVERIFY2(all.exitCode == 0, all.errors.constData());
    const QJsonArray list = all.json().value("runs").toArray();
    QCOMPARE(list.size(), 2);
    QCOMPARE(list[0].toObject().value("name").toString(), QString("K, 3"));
    QCOMPARE(list[0].toObject().value("state").toString(), QString("done"));
    QVERIFY(runs({"list", "--json", "--kind", "finetune"}).json().value("runs").toArray().isEmpty());
    QCOMPARE(runs({"list", "--json", "--limit", "1"}).json().value("runs").toArray().size(), 1);
    QVERIFY(runs({"list"}).output.contains("relative_error 0.25"));
}

void TestCliRuns::showsOneRunWholly()
{
    const QJsonObject run = runs({"show", "1", "--json"}).json();
    QCOMPARE(run.value("metrics").toObject().value("relative_error").toArray().size(), 2);
    QCOMPARE(run.value("log").toArray().last().toObject().value("text").toString(), QString("half way"));
    const QByteArray text = runs({"show", "1"}).output;
    QVERIFY2(text.contains("boolab-cli convert /m -o /o --kernels 2"), text.constData());
}

void TestCliRuns::comparesWhatDiffers()
{
    const CliOutcome outcome = runs({"compare", "1", "2", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    QCOMPARE(outcome.json().value("differing_settings").toArray(), (QJsonArray{"kernels"}));
    QCOMPARE(runs({"compare", "1"}).exitCode, 2);
}

void TestCliRuns::exportsEveryPointAsCsv()
{
    const CliOutcome outcome = runs({"export", "1", "2", "--format", "csv"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    const QList<QByteArray> lines = outcome.output.trimmed().split('\n');
    QCOMPARE(lines.size(), 5);
    QCOMPARE(lines[0], QByteArray("run,kind,name,metric,step,value,time"));
    QVERIFY2(lines[2].startsWith("1,convert,\"K, 2\",relative_error,2,0.25,"), lines[2].constData());
    const QString file = m_home + "/runs.json";
    QCOMPARE(runs({"export", "1", "-o", file}).exitCode, 0);
    QVERIFY(QFile::exists(file));
    QCOMPARE(runs({"export", "1", "--format", "xml"}).exitCode, 2);
}

void TestCliRuns::deletedRunsAreGoneFromTheList()
{
    QCOMPARE(runs({"delete", "1"}).exitCode, 0);
    QCOMPARE(runs({"list", "--json"}).json().value("runs").toArray().size(), 1);
    QCOMPARE(runs({"gc", "--json"}).json().value("removed").toInt(), 1);
    QCOMPARE(runs({"gc", "--json"}).json().value("removed").toInt(-1), 0);
}

void TestCliRuns::namesTheRunThatIsNotThere()
{
    const CliOutcome outcome = runs({"show", "99"});
    QVERIFY(outcome.exitCode != 0);
    QVERIFY2(outcome.errors.contains("99"), outcome.errors.constData());
}

void TestCliRuns::namesTheDatabaseThatIsNone()
{
    const QString path = m_home + "/text.sqlite";
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(5000, 'x'));
    file.close();
    const CliOutcome outcome = runs({"list", "--db", path});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.errors.contains("text.sqlite"), outcome.errors.constData());
}

QTEST_GUILESS_MAIN(TestCliRuns)
#include "test_cli_runs.moc"
