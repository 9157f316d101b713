// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/inspect_model.h"
#include "tests/widgets/sample_bench.h"
#include "widgets/machine/bench_bars.h"
#include "widgets/machine/kept_results.h"
#include "widgets/machine/machine_facts.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <numeric>

using namespace boolab;
using namespace boolab::ui;
using Json = nlohmann::json;

namespace
{

Json answer(const char* text)
{
    return Json::parse(text);
}

KeptBench kept(const char* text, const QString& model = {})
{
    return {.answer = answer(text), .measuredAt = 1.7e9, .host = QStringLiteral("here"), .model = model};
}

QString fact(const Facts& facts, const QString& label)
{
    for (const auto& [name, value] : facts)
        if (name == label) return value;
    return {};
}

} // namespace

class TestBenchResults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void opsAreReadShapeByShape()
    {
        const auto bench = OpBench::from(answer(test::kOpAnswer));
        QVERIFY(bench.has_value());
        QCOMPARE(bench->figures.size(), 2U);
        QCOMPARE(bench->isa, "AVX-512");
        QCOMPARE(bench->memoryLimit(), 80e9); // a bit is a weight
        const OpFigure& first = bench->figures[0];
        QCOMPARE(first.oneThread, 40e9);
        QCOMPARE(first.allThreads, 60e9); // not the AVX2 figure
        QCOMPARE(first.ofMemory, 0.75);
        QCOMPARE(first.dense, 2e9);
        QCOMPARE(bench->figures[1].dense, 0.0);
    }

    void whatIsNoAnswerOfOpsIsRefused_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("value");
        QTest::newRow("no figures") << "/figures"
                                    << "[]";
        QTest::newRow("figures of another type") << "/figures"
                                                 << "7";
        QTest::newRow("no isa") << "/figures/0/isa"
                                << "3";
        QTest::newRow("a rate as text") << "/figures/1/weights_per_second"
                                        << "\"fast\"";
        QTest::newRow("a negative rate") << "/figures/1/weights_per_second"
                                         << "-1";
        QTest::newRow("no rows") << "/figures/0/out"
                                 << "0";
        QTest::newRow("no memory") << "/memory_bytes_per_second"
                                   << "0";
        QTest::newRow("no threads") << "/threads"
                                    << "null";
    }
    void whatIsNoAnswerOfOpsIsRefused()
    {
        QFETCH(QString, path);
        QFETCH(QString, value);
        Json json = answer(test::kOpAnswer);
        json[Json::json_pointer(path.toStdString())] = Json::parse(value.toStdString());
        QVERIFY(!OpBench::from(json));
        QVERIFY(!OpBench::from(Json::array()));
    }

    void decodingIsRead()
    {
        const auto bench = DecodeBench::from(answer(test::kDecodeAnswer));
        QVERIFY(bench.has_value());
        QCOMPARE(bench->figures.size(), 3U);
        QCOMPARE(bench->figures[1].sequences, 4);
        QCOMPARE(bench->figures[1].ofMemory, 0.225);
        QCOMPARE(bench->memoryLimit(), 200.0); // 10 GB/s through 50 MB
    }

    void whatIsNotReadPerTokenDoesNotLowerTheLimit()
    {
        Json json = answer(test::kDecodeAnswer);
        json["bytes_read_per_token"] = 40000000; // of 50 MB in memory
        const auto bench = DecodeBench::from(json);
        QVERIFY(bench.has_value());
        QCOMPARE(bench->weightBytes, 50000000);
        QCOMPARE(bench->memoryLimit(), 250.0);
    }

    void whatIsNoAnswerOfDecodingIsRefused_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("value");
        QTest::newRow("nothing decoded") << "/decode"
                                         << "[]";
        QTest::newRow("no weights") << "/weight_bytes"
                                    << "0";
        QTest::newRow("nothing read") << "/bytes_read_per_token"
                                      << "0";
        QTest::newRow("a rate of zero") << "/decode/2/tokens_per_second"
                                        << "0";
        QTest::newRow("sequences as text") << "/decode/0/sequences"
                                           << "\"one\"";
    }
    void whatIsNoAnswerOfDecodingIsRefused()
    {
        QFETCH(QString, path);
        QFETCH(QString, value);
        Json json = answer(test::kDecodeAnswer);
        json[Json::json_pointer(path.toStdString())] = Json::parse(value.toStdString());
        QVERIFY(!DecodeBench::from(json));
    }

    void barsTellRatesAndHowMuchFasterThanDense()
    {
        const auto bench = OpBench::from(answer(test::kOpAnswer));
        const auto groups = opBars(*bench);
        QCOMPARE(groups.size(), 2U);
        QCOMPARE(groups[0].name, "4,096 × 4,096");
        QCOMPARE(groups[0].bars.size(), 3U);
        QCOMPARE(groups[0].bars[0].value, 60.0);
        QCOMPARE(groups[0].bars[0].label, "60.0 · 30.0× dense");
        QVERIFY2(groups[0].bars[0].text.contains("75 % of the memory's speed"),
                 qPrintable(groups[0].bars[0].text));
        QCOMPARE(groups[0].bars[1].value, 40.0);
        QCOMPARE(groups[0].bars[2].value, 2.0);
        QVERIFY(std::isnan(groups[1].bars[2].value)); // too large to be measured: says so
        QVERIFY2(groups[1].bars[2].label.contains("2.1 GB"), qPrintable(groups[1].bars[2].label));
        QCOMPARE(opLimitText(*bench), "memory limit, 80.0 Gw/s");
    }

    void oneThreadIsOneSeries()
    {
        Json json = answer(test::kOpAnswer);
        json["threads"] = 1;
        const auto bench = OpBench::from(json);
        QCOMPARE(opBars(*bench)[0].bars.size(), 2U);
        QCOMPARE(opBars(*bench)[0].bars[0].value, 40.0);
        QCOMPARE(opSeries(1).count(QString()), 1);
    }

    void decodingBarsTellTokens()
    {
        const auto groups = decodeBars(*DecodeBench::from(answer(test::kDecodeAnswer)));
        QCOMPARE(groups[0].name, "1 sequence");
        QCOMPARE(groups[2].name, "16 sequences");
        QCOMPARE(groups[0].bars[0].value, 100.0);
        QCOMPARE(groups[0].bars[0].label, "100 · 50 % of memory");
    }

    void sizesAddUpToTheFilesTensors()
    {
        const auto inspection = inspectModel(BOOLAB_SOURCE_DIR "/tests/core/inspect/data/boolean");
        QVERIFY(inspection.has_value());
        const ModelSizes sizes = ModelSizes::from(*inspection);
        QVERIFY(sizes.isBoolean);
        QCOMPARE(sizes.layers.size(), 14U);
        std::int64_t stored = 0;
        for (const auto& dtype : (*inspection)["dtypes"])
            stored += dtype["bytes"].get<std::int64_t>();
        QCOMPARE(sizes.bytes(), stored);
        QCOMPARE(sizes.bytes16(), 2 * (*inspection)["parameters"].get<std::int64_t>());
        const double layers =
            std::accumulate(sizes.layerMegabytes.begin(), sizes.layerMegabytes.end(), 0.0) * 1e6;
        QVERIFY(std::abs(layers - static_cast<double>(sizes.layerBytes)) < 1);
        const auto groups = sizeBars(sizes);
        QCOMPARE(groups.back().bars[0].value, static_cast<double>(stored) / 1e6);
        QVERIFY2(groups[0].bars[0].label.contains("× smaller"), qPrintable(groups[0].bars[0].label));
        QCOMPARE(sizeSeries(sizes).front(), "packed");
    }

    void factsNameTheMachine()
    {
        const Facts facts = machineFacts(answer(test::kMachineAnswer));
        QCOMPARE(fact(facts, "Processor"), "Test CPU 9000");
        QCOMPARE(fact(facts, "Memory"), "16.0 GB, 8.0 GB free");
        QCOMPARE(fact(facts, "Instruction set"), "AVX-512 in use, one of 3; also: AVX2, reference");
        QVERIFY2(fact(facts, "GPU").startsWith("none, CUDA ops are not used"),
                 qPrintable(fact(facts, "GPU")));
        Json withGpu = answer(test::kMachineAnswer);
        withGpu["gpus"] = {{{"device", "cuda:0"},
                            {"name", "Test GPU"},
                            {"memory_bytes", 80000000000},
                            {"compute_capability", "9.0"}}};
        QVERIFY(fact(facts, "Device in use").contains("for everything"));
        for (const char* job : {"conversions", "finetunings", "evaluations", "generating"})
            QVERIFY2(fact(machineFacts(withGpu), "Device in use").contains(job), job);
        QCOMPARE(fact(machineFacts(withGpu), "GPU"), "cuda:0 Test GPU, 80.0 GB, compute capability 9.0");
    }

    void factsOfAnotherTypeAreUnknown()
    {
        const Facts facts =
            machineFacts({{"cpu", 3}, {"memory_bytes", "much"}, {"isas", 1}, {"gpus", "none"}});
        QCOMPARE(fact(facts, "Processor"), "unknown");
        QCOMPARE(fact(facts, "Memory"), "unknown");
        QCOMPARE(facts.size(), machineFacts(Json::object()).size());
        QCOMPARE(fact(machineFacts(Json::object()), "GPU"), "…");
    }

    void resultsAreKept()
    {
        KeptResults results;
        results.op = kept(test::kOpAnswer);
        results.addDecoding(kept(test::kDecodeAnswer, "/models/a"));
        results.addDecoding(kept(test::kDecodeAnswer, "/models/b"));
        results.addDecoding(kept(test::kDecodeAnswer, "/models/a"));
        QVERIFY(writeKeptResults(file("machine.json").toStdString(), results).has_value());
        const KeptReading reading = readKeptResults(file("machine.json").toStdString());
        QCOMPARE(reading.problem, QString());
        QVERIFY(reading.results.op->answer == answer(test::kOpAnswer));
        QCOMPARE(reading.results.op->measuredAt, 1.7e9);
        QCOMPARE(reading.results.op->host, "here");
        QCOMPARE(reading.results.decode.size(), 2U);
        QCOMPARE(reading.results.decode[0].model, "/models/a"); // the newest first
        QVERIFY(reading.results.decodingOf("/models/b") != nullptr);
        QVERIFY(reading.results.decodingOf("/models/c") == nullptr);
    }

    void aDamagedFileIsIgnoredAndNamed_data()
    {
        QTest::addColumn<QByteArray>("content");
        const auto json = [](const char* text) { return QByteArray(text).replace('\'', '"'); };
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("half") << json("{'format': 1, 'decode': [{'ans");
        QTest::newRow("another format") << json("{'format': 2, 'decode': []}");
        QTest::newRow("no list") << json("{'format': 1}");
        QTest::newRow("no answer") << json(
            "{'format': 1, 'decode': [], 'op': {'answer': {}, 'measured_at': 1, "
            "'host': '', 'model': ''}}");
        QTest::newRow("binary") << QByteArray("\xff\xfe\x00\x01", 4);
    }
    void aDamagedFileIsIgnoredAndNamed()
    {
        QFETCH(QByteArray, content);
        QFile out(file("machine.json"));
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(content);
        out.close();
        const KeptReading reading = readKeptResults(file("machine.json").toStdString());
        QVERIFY2(reading.problem.contains("machine.json"), qPrintable(reading.problem));
        QVERIFY(!reading.results.op && reading.results.decode.empty());
    }

    void noFileIsNoProblem()
    {
        QCOMPARE(readKeptResults(file("absent.json").toStdString()).problem, QString());
    }

private:
    QString file(const char* name) const { return m_folder.filePath(QLatin1String(name)); }

    QTemporaryDir m_folder;
};

QTEST_MAIN(TestBenchResults)
#include "test_bench_results.moc"
