// SPDX-License-Identifier: Apache-2.0
#include "cli_process.h"
#include "core/store/run_recorder.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

using namespace boolab;

class TestCliCompare : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void tellsBestDeltaAndFront();
    void readsWellInATerminal();
    void keepsOtherProtocolsApart();
    void savesAndOpens();
    void writesAReportAndReplacesItOnlyWhenTold();
    void publishedFiguresHaveTheirSources();
    void refusesWhatCannotBe_data();
    void refusesWhatCannotBe();

private:
    CliOutcome compare(QStringList arguments);
    void evaluate(const std::string& model, double perplexity, double bits, int windows);

    QTemporaryDir m_folder;
    QString m_home;
    int m_case = 0;
};

CliOutcome TestCliCompare::compare(QStringList arguments)
{
    return runCli(QStringList{"runs", "compare"} + arguments, m_home);
}

void TestCliCompare::evaluate(const std::string& model, double perplexity, double bits, int windows)
{
    NewRun run;
    run.project = "p";
    run.kind = "evaluate";
    run.name = model.substr(1);
    run.job = {{"kind", "evaluate"}, {"model", model}, {"perplexity", "/wiki.txt"}, {"windows", windows}};
    run.device = "cpu";
    auto recorder = RunRecorder::begin((m_home + "/experiments.sqlite").toStdString(), run);
    QVERIFY2(recorder, recorder ? "" : recorder.error().text().c_str());
    recorder->metric(1, "nll", 3);
    recorder->metric(2, "nll", 2);
    nlohmann::json result = {
        {"perplexity", perplexity}, {"protocol", "gptq-2048: no BOS, non-overlapping windows, tail dropped"},
        {"windows", windows},       {"tokens", 2048 * windows},
        {"bits_per_weight", bits},  {"file_bytes", 40e6 * bits}};
    QVERIFY(recorder->end(RunState::Done, {}, result));
}

void TestCliCompare::init()
{
    m_home = m_folder.filePath(QString::number(m_case++));
    QVERIFY(QDir().mkpath(m_home));
    evaluate("/a", 50, 2, 8);
    evaluate("/b", 40, 3, 8);
    evaluate("/c", 30, 2, 16);
}

void TestCliCompare::tellsBestDeltaAndFront()
{
    const CliOutcome outcome = compare({"1", "2", "--baseline", "1", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    const QJsonObject json = outcome.json();
    QCOMPARE(json.value("differing_settings").toArray(), (QJsonArray{"model"}));
    QCOMPARE(json.value("runs").toArray().size(), 2);
    QCOMPARE(json.value("baseline").toInt(), 1);
    const QJsonObject metric = json.value("metrics").toArray().first().toObject();
    QCOMPARE(metric.value("metric").toString(), QStringLiteral("perplexity"));
    QCOMPARE(metric.value("best").toArray(), (QJsonArray{2}));
    QCOMPARE(metric.value("delta").toArray(), (QJsonArray{QJsonValue(), -10}));
    QCOMPARE(metric.value("delta_percent").toArray(), (QJsonArray{QJsonValue(), -20}));
    const QJsonObject picture = json.value("tradeoff").toArray().first().toObject();
    QCOMPARE(picture.value("size").toString(), QStringLiteral("bits_per_weight"));
    for (const auto point : picture.value("points").toArray())
        QVERIFY(point.toObject().value("on_front").toBool());
}

void TestCliCompare::readsWellInATerminal()
{
    const CliOutcome outcome = compare({"1", "2", "--baseline", "1"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    QVERIFY2(outcome.output.contains("40 * (-10, -20.0 %)"), outcome.output.constData());
    QVERIFY2(outcome.output.contains("run 1 (baseline)"), outcome.output.constData());
    QVERIFY(!outcome.output.contains("not comparable"));
}

void TestCliCompare::keepsOtherProtocolsApart()
{
    const CliOutcome outcome = compare({"1", "2", "3", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    int rows = 0;
    for (const auto value : outcome.json().value("metrics").toArray()) {
        const QJsonObject row = value.toObject();
        if (row.value("metric").toString() != "perplexity") continue;
        ++rows;
        QVERIFY(row.value("other_protocols").toBool());
        QVERIFY(!row.value("best").toArray().contains(3)); // alone in its row
    }
    QCOMPARE(rows, 2);
    QVERIFY(compare({"1", "2", "3"}).output.contains("not comparable"));
}

void TestCliCompare::savesAndOpens()
{
    QCOMPARE(compare({"2", "1", "--baseline", "2", "--save", "my pair"}).exitCode, 0);
    const CliOutcome opened = compare({"--saved", "my pair", "--json"});
    QVERIFY2(opened.exitCode == 0, opened.errors.constData());
    QCOMPARE(opened.json().value("baseline").toInt(), 2);
    QCOMPARE(opened.json().value("runs").toArray().first().toObject().value("id").toInt(), 2);
    QCOMPARE(compare({"--saved", "my pair", "3", "--json"}).json().value("runs").toArray().size(), 3);
    const QJsonArray list = compare({"--list", "--json"}).json().value("comparisons").toArray();
    QCOMPARE(list.size(), 1);
    QCOMPARE(list.first().toObject().value("name").toString(), QStringLiteral("my pair"));
    QCOMPARE(runCli({"runs", "delete", "2"}, m_home).exitCode, 0);
    QCOMPARE(compare({"--saved", "my pair", "--json"}).json().value("runs").toArray().size(), 1);
    QCOMPARE(compare({"--forget", "my pair"}).exitCode, 0);
    const CliOutcome gone = compare({"--saved", "my pair"});
    QCOMPARE(gone.exitCode, 2);
    QVERIFY2(gone.errors.contains("my pair"), gone.errors.constData());
}

void TestCliCompare::writesAReportAndReplacesItOnlyWhenTold()
{
    const QString file = m_home + "/report.html";
    QCOMPARE(compare({"1", "2", "--html", file}).exitCode, 0);
    QFile report(file);
    QVERIFY(report.open(QIODevice::ReadOnly));
    const QByteArray content = report.readAll();
    QVERIFY(content.startsWith("<!DOCTYPE html>"));
    QVERIFY(content.count("<svg ") >= 2); // the trade-off and the curve
    const CliOutcome refused = compare({"1", "3", "--html", file});
    QCOMPARE(refused.exitCode, 2);
    QVERIFY2(refused.errors.contains("--force"), refused.errors.constData());
    report.seek(0);
    QCOMPARE(report.readAll(), content);
    QCOMPARE(compare({"1", "3", "--html", file, "--force"}).exitCode, 0);
    QVERIFY(compare({"1", "2", "--html", m_home + "/none/report.html"}).exitCode != 0);
}

void TestCliCompare::publishedFiguresHaveTheirSources()
{
    const CliOutcome outcome = compare({"1", "2", "--references", "OPT-1.3B", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    const QJsonArray references = outcome.json().value("references").toArray();
    QVERIFY(references.size() >= 6);
    for (const auto value : references) {
        QCOMPARE(value.toObject().value("model").toString(), QStringLiteral("OPT-1.3B"));
        QVERIFY(!value.toObject().value("source").toString().isEmpty());
    }
    QVERIFY(!compare({"1", "2", "--json"}).json().contains("references"));
}

void TestCliCompare::refusesWhatCannotBe_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("told");
    QTest::newRow("nothing") << QStringList{} << QByteArray("two different runs");
    QTest::newRow("one") << QStringList{"1"} << QByteArray("two different runs");
    QTest::newRow("the same twice") << QStringList{"1", "1"} << QByteArray("two different runs");
    QTest::newRow("no such run") << QStringList{"1", "99"} << QByteArray("99");
    QTest::newRow("baseline elsewhere")
        << QStringList{"1", "2", "--baseline", "3"} << QByteArray("--baseline 3");
    QTest::newRow("no such comparison") << QStringList{"--saved", "x"} << QByteArray("no saved comparison");
    QTest::newRow("no such model") << QStringList{"1", "2", "--references", "GPT-7"}
                                   << QByteArray("LLaMA-2-7B");
    QTest::newRow("nothing to forget") << QStringList{"--forget", "x"} << QByteArray("no saved comparison");
}

void TestCliCompare::refusesWhatCannotBe()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, told);
    const CliOutcome outcome = compare(arguments);
    QVERIFY(outcome.exitCode != 0);
    QVERIFY2(outcome.errors.contains(told), outcome.errors.constData());
    QVERIFY(outcome.output.isEmpty());
}

QTEST_GUILESS_MAIN(TestCliCompare)
#include "test_cli_compare.moc"
