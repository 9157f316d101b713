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
    void latestIsTheNewestRun();
    void comparesWhatDiffers();
    void exportsEveryPointAsCsv();
    void findsRunsByAQuery_data();
    void findsRunsByAQuery();
    void saysWhereAQueryIsWrong();
    void showsTheColumnsAskedFor();
    void tagsNotesAndPinsAreKept();
    void archivedRunsAreOutOfTheListUntilAskedFor();
    void savedFiltersAreApplied();
    void deletedRunsAreGoneFromTheList();
    void removesForGoodOnlyAfterAYes();
    void writesEventFilesForTensorboard();
    void tensorboardLoadsThem();
    void tellsTheLineage();
    void backsUpAndRestores();
    void steersARunThatGoesOn();
    void refusesToSteerWhatCannotBe_data();
    void refusesToSteerWhatCannotBe();
    void showsEventsAndTexts();
    void namesTheRunThatIsNotThere();
    void namesTheDatabaseThatIsNone();

private:
    CliOutcome runs(QStringList arguments);
    RunRecorder begin(const std::string& kind, const std::string& name, const nlohmann::json& job);
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

void TestCliRuns::latestIsTheNewestRun()
{
    QCOMPARE(runs({"show", "latest", "--json"}).json().value("id").toInt(), 2);
    // --db is read first, wherever it stands.
    const CliOutcome elsewhere = runs({"show", "latest", "--db", m_home + "/other.sqlite"});
    QCOMPARE(elsewhere.exitCode, 2);
    QVERIFY2(elsewhere.errors.contains("other.sqlite holds no run yet"), elsewhere.errors.constData());
    QCOMPARE(runs({"compare", "1", "latest", "--json"}).exitCode, 0);
    QVERIFY(runs({"show", "latest-finetune"}).errors.contains("holds no run of finetune"));
    QCOMPARE(runs({"delete", "latest"}).exitCode, 0);
    QCOMPARE(runs({"show", "latest", "--json"}).json().value("id").toInt(), 1);
    const CliOutcome wrong = runs({"show", "newest"});
    QCOMPARE(wrong.exitCode, 2);
    QVERIFY2(wrong.errors.contains("\"newest\" is no run") && wrong.errors.contains("or latest"),
             wrong.errors.constData());
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
    QCOMPARE(runs({"list", "--deleted", "--json"}).json().value("runs").toArray().size(), 1);
    QCOMPARE(runs({"restore", "1"}).exitCode, 0);
    QCOMPARE(runs({"list", "--json"}).json().value("runs").toArray().size(), 2);
    QCOMPARE(runs({"delete", "1"}).exitCode, 0);
    QCOMPARE(runs({"gc", "--yes", "--json"}).json().value("removed").toInt(), 1);
    QCOMPARE(runs({"gc", "--yes", "--json"}).json().value("removed").toInt(-1), 0);
    QVERIFY(runs({"restore", "1"}).errors.contains("no run 1"));
}

void TestCliRuns::removesForGoodOnlyAfterAYes()
{
    const QString model = m_home + "/model";
    QVERIFY(QDir().mkpath(model));
    QFile config(model + "/config.json");
    QVERIFY(config.open(QIODevice::WriteOnly));
    config.write(R"({"quantization_config": {"quant_method": "mbok"}})");
    config.close();
    {
        auto recorder = begin("convert", "third", {{"kind", "convert"}});
        recorder.artifact({"boolean model", model.toStdString(), 10});
        QVERIFY(recorder.end(RunState::Done));
    }
    QCOMPARE(runs({"delete", "3"}).exitCode, 0);
    const CliOutcome listed = runs({"gc", "--dry-run"});
    QCOMPARE(listed.exitCode, 0);
    QVERIFY2(listed.output.contains(model.toUtf8()) && listed.output.contains("would remove 1 deleted runs"),
             listed.output.constData());
    const CliOutcome unasked = runs({"gc"}); // nobody is there to be asked
    QCOMPARE(unasked.exitCode, 2);
    QVERIFY2(unasked.errors.contains("--yes"), unasked.errors.constData());
    QVERIFY(QFile::exists(model + "/config.json"));
    const QJsonObject removed = runs({"gc", "--yes", "--json"}).json();
    QCOMPARE(removed.value("files").toArray()[0].toObject().value("path").toString(), model);
    QVERIFY(!QFile::exists(model));
}

void TestCliRuns::findsRunsByAQuery_data()
{
    QTest::addColumn<QStringList>("query");
    QTest::addColumn<QList<int>>("ids");
    QTest::newRow("nothing") << QStringList{} << QList<int>{2, 1};
    QTest::newRow("configuration") << QStringList{"kernels:2"} << QList<int>{1};
    QTest::newRow("a default") << QStringList{"method:svid,refined,calibrated,gptq"} << QList<int>{2, 1};
    QTest::newRow("several") << QStringList{"kind:convert", "kernels>2"} << QList<int>{2};
    QTest::newRow("as one word") << QStringList{"kind:convert kernels>2"} << QList<int>{2};
    QTest::newRow("curve") << QStringList{"relative_error.max>0.4"} << QList<int>{2, 1};
    QTest::newRow("curve's end") << QStringList{"relative_error>0.4"} << QList<int>{};
    QTest::newRow("word") << QStringList{"\"K, 3\""} << QList<int>{2};
}

void TestCliRuns::findsRunsByAQuery()
{
    QFETCH(QStringList, query);
    QFETCH(QList<int>, ids);
    const CliOutcome outcome = runs(QStringList{"list", "--json"} + query);
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    QList<int> found;
    for (const auto& run : outcome.json().value("runs").toArray())
        found << run.toObject().value("id").toInt();
    QCOMPARE(found, ids);
}

void TestCliRuns::saysWhereAQueryIsWrong()
{
    const CliOutcome outcome = runs({"list", "kind:convert bits<few"});
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY2(outcome.errors.contains("character 19: \"few\" is no number"), outcome.errors.constData());
    const CliOutcome mistyped = runs({"list", "relative_eror<1"});
    QCOMPARE(mistyped.exitCode, 0);
    QVERIFY2(mistyped.errors.contains("did you mean \"relative_error\""), mistyped.errors.constData());
}

void TestCliRuns::showsTheColumnsAskedFor()
{
    const QList<QByteArray> lines =
        runs({"list", "--columns", "id,kernels,relative_error.max,nothing"}).output.trimmed().split('\n');
    QCOMPARE(lines.size(), 4);
    QCOMPARE(lines[2].simplified(), QByteArray("2 3 0.5 -"));
}

void TestCliRuns::tagsNotesAndPinsAreKept()
{
    QCOMPARE(runs({"tag", "1", "2", "baseline", "paper"}).exitCode, 0);
    QCOMPARE(runs({"untag", "2", "paper"}).exitCode, 0);
    QCOMPARE(runs({"note", "1", "# Why"}).exitCode, 0);
    QCOMPARE(runs({"note", "1", "because", "--append"}).exitCode, 0);
    QCOMPARE(runs({"pin", "1"}).exitCode, 0);
    const QJsonObject run = runs({"show", "1", "--json"}).json();
    QCOMPARE(run.value("tags").toArray(), (QJsonArray{"baseline", "paper"}));
    QCOMPARE(run.value("notes").toString(), QString("# Why\nbecause"));
    QVERIFY(run.value("pinned").toBool());
    QVERIFY(runs({"show", "1"}).output.contains("baseline paper"));
    QVERIFY(runs({"list"}).output.contains("* baseline paper"));
    QCOMPARE(runs({"list", "tag:paper", "--json"}).json().value("runs").toArray().size(), 1);
    QCOMPARE(runs({"unpin", "1"}).exitCode, 0);
    QCOMPARE(runs({"note", "1", "--remove"}).exitCode, 0);
    QVERIFY(!runs({"show", "1"}).output.contains("because"));
    QCOMPARE(runs({"tag", "1"}).exitCode, 2);
    QCOMPARE(runs({"tag", "1", "two words"}).exitCode, 2);
}

void TestCliRuns::archivedRunsAreOutOfTheListUntilAskedFor()
{
    const auto count = [&](const QStringList& more) {
        return runs(QStringList{"list", "--json"} + more).json().value("runs").toArray().size();
    };
    QCOMPARE(runs({"archive", "1"}).exitCode, 0);
    QCOMPARE(count({}), 1);
    QCOMPARE(count({"--archived"}), 2);
    QCOMPARE(count({"is:archived"}), 1);
    QCOMPARE(runs({"restore", "1"}).exitCode, 0);
    QCOMPARE(count({}), 2);
}

void TestCliRuns::savedFiltersAreApplied()
{
    QCOMPARE(runs({"filters", "--save", "big", "kernels>2"}).exitCode, 0);
    QCOMPARE(runs({"list", "--filter", "big", "--json"}).json().value("runs").toArray().size(), 1);
    QVERIFY(runs({"filters"}).output.contains("kernels>2"));
    QCOMPARE(runs({"filters", "--save", "bad", "kernels>"}).exitCode, 2);
    QCOMPARE(runs({"list", "--filter", "small"}).exitCode, 2);
    QCOMPARE(runs({"filters", "--remove", "big"}).exitCode, 0);
}

void TestCliRuns::writesEventFilesForTensorboard()
{
    const QString folder = m_home + "/logs";
    const CliOutcome outcome = runs({"export", "1", "2", "--format", "tensorboard", "-o", folder, "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    QCOMPARE(outcome.json().value("files").toArray().size(), 2);
    QCOMPARE(QDir(folder).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden, QDir::Name),
             (QStringList{"K, 2 (1)", "K, 3 (2)"}));
    QFile file(outcome.json().value("files").toArray()[0].toString());
    QVERIFY(QFileInfo(file).fileName().startsWith("events.out.tfevents."));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    QVERIFY(bytes.mid(12).contains("brain.Event:2"));
    QCOMPARE(bytes.count("relative_error"), 3); // two points, and the result's text
    QCOMPARE(runs({"export", "1", "--format", "tensorboard", "-o", folder}).exitCode, 2);
    QCOMPARE(runs({"export", "1", "--format", "tensorboard", "-o", folder, "--force"}).exitCode, 0);
    QCOMPARE(runs({"export", "1", "--format", "tensorboard"}).exitCode, 2);
}

void TestCliRuns::tensorboardLoadsThem()
{
    const QString python = qEnvironmentVariable("BOOLAB_TENSORBOARD_PYTHON", "python3");
    QProcess probe;
    probe.start(python, {"-c", "import tensorboard"});
    if (!probe.waitForFinished(60'000) || probe.exitCode() != 0)
        QSKIP("no Python with the tensorboard package: name one by BOOLAB_TENSORBOARD_PYTHON");
    const QString folder = m_home + "/logs";
    QCOMPARE(runs({"export", "1", "--format", "tensorboard", "-o", folder}).exitCode, 0);
    QProcess check;
    check.start(python, {BOOLAB_SOURCE_DIR "/tests/cli/load_tensorboard.py", folder + "/K, 2 (1)"});
    QVERIFY(check.waitForFinished(90'000));
    QVERIFY2(check.exitCode() == 0, check.readAllStandardError().constData());
    QCOMPARE(check.readAllStandardOutput().trimmed(),
             QByteArray("relative_error 1 0.5, 2 0.25; texts job/text_summary result/text_summary"));
}

void TestCliRuns::tellsTheLineage()
{
    QVERIFY(begin("evaluate", "after", {{"kind", "evaluate"}, {"model", "/o"}})
                .end(RunState::Done, {}, {{"perplexity", 40.25}}));
    const CliOutcome outcome = runs({"lineage", "3"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    // The second conversion had written over the first one's output.
    QCOMPARE(outcome.output,
             QByteArray("/m  (not there any more)\n"
                        "└─ run 2 convert “K, 3” done  relative_error 0.25\n"
                        "   └─ /o  (not there any more)\n"
                        "      └─ run 3 evaluate “after” done  perplexity 40.25  <-- this run\n"));
    const QJsonObject json = runs({"lineage", "3", "--json"}).json();
    QCOMPARE(json.value("nodes").toArray().size(), 4);
    QCOMPARE(json.value("edges").toArray().size(), 3);
    QCOMPARE(runs({"lineage", "99"}).exitCode, 2);
}

void TestCliRuns::backsUpAndRestores()
{
    const QString backup = m_home + "/backup.sqlite";
    QCOMPARE(runs({"backup", backup, "--json"}).json().value("runs").toInt(), 2);
    QCOMPARE(runs({"backup", backup}).exitCode, 2);
    QCOMPARE(runs({"delete", "1"}).exitCode, 0);
    QCOMPARE(runs({"restore-database", backup}).exitCode, 2);
    const CliOutcome outcome = runs({"restore-database", backup, "--force", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    QVERIFY(QFile::exists(outcome.json().value("set_aside").toString()));
    QCOMPARE(runs({"list", "--json"}).json().value("runs").toArray().size(), 2);
}

RunRecorder TestCliRuns::begin(const std::string& kind, const std::string& name, const nlohmann::json& job)
{
    NewRun run;
    run.project = "p";
    run.kind = kind;
    run.name = name;
    run.job = job;
    return std::move(RunRecorder::begin((m_home + "/experiments.sqlite").toStdString(), run).value());
}

RunRecorder TestCliRuns::liveFinetune()
{
    return begin("finetune", {}, {{"kind", "finetune"}});
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
