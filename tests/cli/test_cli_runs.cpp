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
    void steersARunThatGoesOn();
    void refusesToSteerWhatCannotBe_data();
    void refusesToSteerWhatCannotBe();
    void showsEventsAndTexts();
    void namesTheRunThatIsNotThere();
    void namesTheDatabaseThatIsNone();

private:
    CliOutcome runs(QStringList arguments);
    RunRecorder liveFinetune();
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

RunRecorder TestCliRuns::liveFinetune()
{
    NewRun run;
    run.project = "p";
    run.kind = "finetune";
    run.job = {{"kind", "finetune"}};
    return std::move(RunRecorder::begin((m_home + "/experiments.sqlite").toStdString(), run).value());
}

void TestCliRuns::steersARunThatGoesOn()
{
    auto recorder = liveFinetune();
    const QString id = QString::number(recorder.id());
    const std::vector<std::pair<QString, RequestKind>> askings = {{"pause", RequestKind::Pause},
                                                                  {"resume", RequestKind::Resume},
                                                                  {"checkpoint", RequestKind::Checkpoint},
                                                                  {"stop", RequestKind::Stop}};
    for (const auto& [name, kind] : askings) {
        const CliOutcome outcome = runs({name, id});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        std::vector<RequestKind> taken;
        QVERIFY(QTest::qWaitFor([&] { return !(taken = recorder.takeRequests()).empty(); }));
        QCOMPARE(taken[0], kind);
    }
    const CliOutcome outcome = runs({"set", id, "learning_rate", ".0002", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    QCOMPARE(outcome.json().value("value").toDouble(), 2e-4);
    QVERIFY(runs({"show", id}).output.contains("asked for: learning_rate 0.0002 (not in force yet)"));
    std::vector<SettingChange> changes;
    QVERIFY(QTest::qWaitFor([&] { return !(changes = recorder.takeSettings(5)).empty(); }));
    QCOMPARE(changes[0].value.get<double>(), 2e-4);
}

void TestCliRuns::refusesToSteerWhatCannotBe_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("complaint");
    QTest::newRow("ended") << QStringList{"pause", "1"} << QByteArray("is done");
    QTest::newRow("no such run") << QStringList{"stop", "77"} << QByteArray("77");
    QTest::newRow("other kind") << QStringList{"set", "1", "learning_rate", "1"} << QByteArray("convert");
    QTest::newRow("not live") << QStringList{"set", "3", "seq_len", "64"} << QByteArray("learning_rate");
    QTest::newRow("no number") << QStringList{"set", "3", "bool_cap", "much"} << QByteArray("bool_cap is");
    QTest::newRow("out of range") << QStringList{"set", "3", "bool_cap", "1.5"} << QByteArray("from 0 to 1");
}

void TestCliRuns::refusesToSteerWhatCannotBe()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, complaint);
    const auto recorder = liveFinetune();
    QCOMPARE(recorder.id(), 3);
    const CliOutcome outcome = runs(arguments);
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY2(outcome.errors.contains(complaint), outcome.errors.constData());
}

void TestCliRuns::showsEventsAndTexts()
{
    auto recorder = liveFinetune();
    for (int step = 1; step <= 25; ++step)
        recorder.event(step, "checkpoint", "written");
    recorder.event(26, "rollback", "the loss leapt");
    recorder.sample(26, {"Once", " upon a time", " upon a hill"});
    QVERIFY(recorder.end(RunState::Done));
    const QByteArray text = runs({"show", "3"}).output;
    QVERIFY2(text.contains("the loss leapt"), text.constData());
    QVERIFY(text.contains("(6 earlier events: --json shows them)"));
    QVERIFY(text.contains("\" upon a hill\""));
    const QJsonObject run = runs({"show", "3", "--json"}).json();
    QCOMPARE(run.value("events").toArray().size(), 26);
    QCOMPARE(run.value("samples").toArray()[0].toObject().value("teacher").toString(),
             QString(" upon a time"));
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
