// SPDX-License-Identifier: Apache-2.0
#include "compared_runs.h"
#include "core/compare/curve_axis.h"
#include "core/store/kernel_count.h"

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>

using namespace boolab;
using namespace boolab::test;

namespace
{

const MetricRow* rowOf(const std::vector<MetricRow>& rows, const std::string& metric, std::size_t nth = 0)
{
    for (const MetricRow& row : rows)
        if (row.metric == metric && nth-- == 0) return &row;
    return nullptr;
}

nlohmann::json taskResult(double acc, bool bos)
{
    return {{"tasks",
             {{"piqa", {{"acc,none", acc}, {"acc_stderr,none", 0.01}, {"sample_len", 100}}},
              {"boolq", {{"acc,none", acc + 0.1}, {"sample_len", 50}}}}},
            {"tasks_protocol", {{"harness", "lm-evaluation-harness 0.4, 0-shot"}, {"bos", bos}}}};
}

} // namespace

class TestComparison : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void settingsThatDifferStandOnTop()
    {
        const std::vector<ComparedRun> runs{
            comparedOf(runOf(1, "convert", "a", {{"model", "/m"}, {"output", "/o1"}, {"kernels", 2}}, {})),
            comparedOf(runOf(2, "convert", "b", {{"model", "/m"}, {"output", "/o2"}, {"kernels", 3}}, {}))};
        const auto rows = compareSettings(runs);
        std::vector<std::string> differing;
        bool isSame = false;
        for (const SettingRow& row : rows) {
            QVERIFY2(!(isSame && row.differs), ("too low: " + row.key).c_str());
            isSame |= !row.differs;
            if (row.differs) differing.push_back(row.key);
        }
        QVERIFY(isSame);
        QCOMPARE(differing, (std::vector<std::string>{"output", "kernels"}));
    }

    void aDefaultIsNoDifference()
    {
        const std::vector<ComparedRun> runs{
            comparedOf(runOf(1, "finetune", "a",
                             {{"student", "/s"}, {"teacher", "/t"}, {"data", "/d"}, {"output", "/o"}}, {})),
            comparedOf(runOf(2, "finetune", "b",
                             {{"student", "/s"},
                              {"teacher", "/t"},
                              {"data", "/d"},
                              {"output", "/o"},
                              {"temperature", 1.0}},
                             {}))};
        for (const SettingRow& row : compareSettings(runs))
            QVERIFY2(!row.differs, row.key.c_str());
    }

    void aSettingThatTheKindHasNotIsNone()
    {
        const std::vector<ComparedRun> runs{
            comparedOf(runOf(1, "convert", "a", {{"model", "/m"}, {"output", "/o"}, {"kernels", 2}}, {})),
            comparedOf(evaluationOf(2, "/o", 40, 2))};
        for (const SettingRow& row : compareSettings(runs))
            if (row.key == "kernels") {
                QVERIFY(!row.differs);
                QCOMPARE(row.kinds, std::string("convert"));
                QVERIFY(row.isSet);
                QCOMPARE(row.values[0].value_or(""), std::string("2"));
                QVERIFY(!row.values[1]);
                return;
            }
        QFAIL("no row of kernels");
    }

    void whatOneKindAloneHasStandsBelowUnderItsName()
    {
        const auto tuned = [](RunId id, int steps) {
            return comparedOf(runOf(
                id, "finetune", "f",
                {{"student", "/s"}, {"teacher", "/t"}, {"data", "/d"}, {"output", "/o"}, {"steps", steps}},
                {}));
        };
        const std::vector<ComparedRun> runs{tuned(1, 10), comparedOf(evaluationOf(2, "/o", 40, 2)),
                                            tuned(3, 20)};
        const auto rows = compareSettings(runs);
        std::vector<std::string> differing;
        std::vector<int> places; // 0: differs, 1: is the same, 2: of one kind
        for (const SettingRow& row : rows) {
            places.push_back(row.differs ? 0 : row.kinds.empty() ? 1 : 2);
            if (row.differs) differing.push_back(row.key);
        }
        QVERIFY(std::ranges::is_sorted(places));
        const auto differs = [&](const char* key) {
            return std::ranges::find(differing, key) != differing.end();
        };
        QVERIFY(differs("kind") && differs("steps")); // two finetunings differ by it
        QVERIFY2(differing.size() < 8, std::to_string(differing.size()).c_str());
        QVERIFY(!differs("perplexity") && !differs("student"));
        std::vector<std::string> kinds;
        for (const SettingRow& row : rows)
            if (!row.differs && !row.kinds.empty() && (kinds.empty() || kinds.back() != row.kinds))
                kinds.push_back(row.kinds);
        QCOMPARE(kinds, (std::vector<std::string>{"evaluate", "finetune"}));
    }

    void aFinetuningTellsTheKernelsOfItsConversion()
    {
        const RunRecord conversion = runOf(1, "convert", "c", {{"model", "/m"}, {"output", "/k"}},
                                           {{"kernels", 2.5}, {"bits_per_weight", 2.61}});
        const RunRecord tuned =
            runOf(2, "finetune", "f", {{"student", "/k"}, {"output", "/tuned"}}, {{"bits_per_weight", 2.61}});
        const RunRecord measured = evaluationOf(3, "/tuned", 40, 3);
        const RunRecord full = evaluationOf(4, "/m", 20, 16);
        const std::vector<RunRecord> all{full, measured, tuned, conversion};
        const RunRelations relations(all);
        QCOMPARE(nominalKernels(conversion, relations), 2.5);
        QCOMPARE(nominalKernels(tuned, relations), 2.5);
        QCOMPARE(nominalKernels(measured, relations), 2.5); // not the most of a layer
        QCOMPARE(nominalKernels(full, relations), 0.0);
        ComparedRun one = comparedOf(tuned), other = comparedOf(measured);
        one.kernels = other.kernels = 2.5;
        one.layerValues["kernel_count"] = {2, 3, 2};
        const auto rows = compareMetrics(std::vector{one, other}, {});
        QCOMPARE(rowOf(rows, "kernels")->cells[0].value, 2.5);
        QCOMPARE(rowOf(rows, "max_kernels")->cells[0].value, 3.0);
        QCOMPARE(rowOf(rows, "max_kernels")->cells[1].value, 3.0);
    }

    void marksTheBestAndTellsDeltas()
    {
        const std::vector<ComparedRun> runs{comparedOf(evaluationOf(1, "/a", 50, 2)),
                                            comparedOf(evaluationOf(2, "/b", 40, 3))};
        const auto rows = compareMetrics(runs, RunId{1});
        const MetricRow* perplexity = rowOf(rows, "perplexity");
        QVERIFY(perplexity);
        QVERIFY(perplexity->better == Better::Lower);
        QVERIFY(!perplexity->cells[0].isBest && perplexity->cells[1].isBest);
        QVERIFY(std::isnan(perplexity->cells[0].delta));
        QCOMPARE(perplexity->cells[1].delta, -10.0);
        QCOMPARE(perplexity->cells[1].deltaPercent, -20.0);
        QVERIFY(rowOf(rows, "bits_per_weight")->cells[0].isBest);
        QVERIFY2(rows.front().metric == "perplexity", rows.front().metric.c_str());
        for (const MetricCell& cell : rowOf(rows, "max_kernels")->cells)
            QVERIFY(!cell.isBest);        // neither way is better
        QVERIFY(!rowOf(rows, "windows")); // of the protocol
    }

    void aBaselineOfZeroHasNoPercent()
    {
        const std::vector<ComparedRun> runs{comparedOf(runOf(1, "finetune", "a", {}, {{"loss", 0.0}})),
                                            comparedOf(runOf(2, "finetune", "b", {}, {{"loss", 1.0}}))};
        const auto rows = compareMetrics(runs, RunId{1});
        QCOMPARE(rowOf(rows, "loss")->cells[1].delta, 1.0);
        QVERIFY(std::isnan(rowOf(rows, "loss")->cells[1].deltaPercent));
        QVERIFY(std::isnan(rowOf(compareMetrics(runs, RunId{7}), "loss")->cells[1].delta)); // no such run
    }

    void otherProtocolsAreOtherRows_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("windows");
        QTest::newRow("other text") << "/data/c4.txt" << 8;
        QTest::newRow("other windows") << "/data/wiki.txt" << 16;
        QTest::newRow("same name elsewhere") << "/other/wiki.txt" << 8;
    }

    void otherProtocolsAreOtherRows()
    {
        QFETCH(QString, text);
        QFETCH(int, windows);
        const std::vector<ComparedRun> runs{
            comparedOf(evaluationOf(1, "/a", 50, 2)),
            comparedOf(evaluationOf(2, "/b", 40, 2, text.toStdString(), windows))};
        const auto rows = compareMetrics(runs, RunId{1});
        for (const std::size_t nth : {0, 1}) {
            const MetricRow* row = rowOf(rows, "perplexity", nth);
            QVERIFY(row);
            QVERIFY(row->hasOtherProtocols);
            for (const MetricCell& cell : row->cells)
                QVERIFY(!cell.isBest && std::isnan(cell.delta));
        }
        QVERIFY(!rowOf(rows, "bits_per_weight")->hasOtherProtocols);
    }

    void accuracyOfAnotherFirstTokenIsAnotherRow()
    {
        const auto with = comparedOf(runOf(1, "evaluate", "a", {}, taskResult(0.6, true)));
        const auto same = comparedOf(runOf(2, "evaluate", "b", {}, taskResult(0.7, true)));
        const auto without = comparedOf(runOf(3, "evaluate", "c", {}, taskResult(0.8, false)));
        const auto rows = compareMetrics(std::vector{with, same, without}, {});
        const MetricRow *row = rowOf(rows, "piqa acc"), *other = rowOf(rows, "piqa acc", 1);
        QVERIFY(row && other);
        QVERIFY(row->better == Better::Higher);
        QVERIFY(row->cells[1].isBest);
        QCOMPARE(row->cells[0].standardError, 0.01);
        QVERIFY(std::isnan(row->cells[2].value));
        QCOMPARE(other->cells[2].value, 0.8);
        const MetricRow* average = rowOf(rows, "average acc");
        QVERIFY(average);
        QVERIFY(std::abs(average->cells[0].value - 0.65) < 1e-12);
    }

    void runsThatGoOnShowTheirCurves()
    {
        auto done = comparedOf(runOf(1, "finetune", "a", {}, {{"loss", 0.5}}));
        auto going = comparedOf(runOf(2, "finetune", "b", {}, {}));
        going.run.state = RunState::Running;
        going.curves = {{.name = "loss", .step = 9, .last = 0.4, .lowest = 0.3, .highest = 2}};
        const auto rows = compareMetrics(std::vector{done, going}, RunId{1});
        const MetricRow* loss = rowOf(rows, "loss");
        QVERIFY(loss && !loss->isCurve);
        QVERIFY(loss->cells[1].isSoFar && loss->cells[1].isBest && !loss->cells[0].isSoFar);
        QCOMPARE(rowOf(rows, "loss, lowest")->cells[1].value, 0.3);
    }

    void whatIsNotFiniteIsNeverBest()
    {
        const std::vector<ComparedRun> runs{
            comparedOf(runOf(1, "finetune", "a", {}, {{"loss", std::numeric_limits<double>::quiet_NaN()}})),
            comparedOf(runOf(2, "finetune", "b", {}, {{"loss", 1.0}}))};
        const auto rows = compareMetrics(runs, {});
        QVERIFY(std::isnan(rowOf(rows, "loss")->cells[0].value));
        QVERIFY(!rowOf(rows, "loss")->cells[1].isBest);
    }

    void layersOfSeveralRunsStandInOneTable()
    {
        ComparedRun a = comparedOf(runOf(1, "convert", "a", {}, {})),
                    b = comparedOf(runOf(2, "convert", "b", {}, {}));
        a.layers = {"l0", "l1"};
        a.layerValues["kernel_count"] = {1, 2};
        b.layers = {"l1", "l2"};
        b.layerValues["kernel_count"] = {3, 4};
        const auto rows = compareLayers(std::vector{a, b}, "kernel_count");
        QCOMPARE(rows.size(), std::size_t{3});
        QCOMPARE(rows[1].layer, std::string("l1"));
        QCOMPARE(rows[1].values[0], 2.0);
        QCOMPARE(rows[1].values[1], 3.0);
        QVERIFY(std::isnan(rows[0].values[1]));
        QVERIFY(compareLayers(std::vector{a, b}, "relative_error").empty());
    }

    void textsAfterTheSamePromptStandSideBySide()
    {
        ComparedRun a = comparedOf(runOf(1, "finetune", "a", {}, {})),
                    b = comparedOf(runOf(2, "finetune", "b", {}, {}));
        a.samples = {{.step = 10, .prompt = "Once", .teacher = "upon", .student = "early"},
                     {.step = 20, .prompt = "Once", .teacher = "upon", .student = "late"}};
        b.samples = {{.step = 20, .prompt = "The", .teacher = "cat", .student = "dog"}};
        const ComparedRun answer = comparedOf(
            runOf(3, "generate", "g", {{"model", "/m"}, {"prompt", "Once"}}, {{"text", "there was"}}));
        const ComparedRun answers =
            comparedOf(runOf(4, "generate", "h", {{"model", "/m"}, {"prompts", "/p.txt"}},
                             {{"texts",
                               {{{"prompt", "Once"}, {"text", "a time"}},
                                {{"prompt", "Twice"}, {"text", "as long"}},
                                {{"prompt", 5}}}}}));
        const auto rows = compareTexts(std::vector{a, b, answer, answers});
        QCOMPARE(rows.size(), std::size_t{3});
        QCOMPARE(rows[0].texts[3].value_or(""), std::string("a time"));
        QCOMPARE(rows[2].prompt, std::string("Twice"));
        QCOMPARE(rows[2].texts[3].value_or(""), std::string("as long"));
        QCOMPARE(rows[0].texts[0].value_or(""), std::string("late"));
        QVERIFY(!rows[0].texts[1]);
        QCOMPARE(rows[0].texts[2].value_or(""), std::string("there was"));
        QCOMPARE(rows[0].teacher, std::string("upon"));
    }

    void curvesAlignByStepTokensAndTime()
    {
        RunRecord run = runOf(1, "finetune", "a",
                              {{"student", "/s"},
                               {"teacher", "/t"},
                               {"data", "/d"},
                               {"output", "/o"},
                               {"seq_len", 128},
                               {"batch_size", 4},
                               {"grad_accum", 2}},
                              {});
        const MetricPoint point{.step = 10, .value = 1, .time = run.startedAt + 30};
        QCOMPARE(placeOf(point, run, CurveAxis::Step), 10.0);
        QCOMPARE(placeOf(point, run, CurveAxis::Tokens), 10.0 * 128 * 8);
        QCOMPARE(placeOf(point, run, CurveAxis::Time), 30.0);
        run.kind = "convert";
        QVERIFY(std::isnan(placeOf(point, run, CurveAxis::Tokens)));
    }

    void findsTheConversionBehindAModel()
    {
        const RunRecord conversion = runOf(1, "convert", "c", {{"model", "/m"}, {"output", "/k2"}}, {});
        const RunRecord later = runOf(9, "convert", "d", {{"model", "/m"}, {"output", "/k2"}}, {});
        const RunRecord tuned = runOf(2, "finetune", "f", {{"student", "/k2"}, {"output", "/tuned"}}, {});
        const RunRecord measured = runOf(3, "evaluate", "e", {{"model", "/tuned/"}}, {});
        const std::vector<RunRecord> all{later, measured, tuned, conversion};
        const RunRecord* found = conversionBehind(measured, RunRelations(all));
        QVERIFY(found);
        QCOMPARE(found->id, RunId{1}); // the later one came after the finetuning
        QVERIFY(!conversionBehind(conversion, RunRelations(all)));
        QCOMPARE(evaluationsOf(std::vector{comparedOf(tuned)}, all), std::vector<RunId>{3});
        QVERIFY(
            evaluationsOf(std::vector{comparedOf(conversion)}, all).empty()); // its model was not measured
        QVERIFY(evaluationsOf(std::vector{comparedOf(tuned), comparedOf(measured)}, all).empty());
        QVERIFY(
            !conversionBehind(runOf(4, "evaluate", "x", {{"model", "/elsewhere"}}, {}), RunRelations(all)));
    }
};

QTEST_GUILESS_MAIN(TestComparison)
#include "test_comparison.moc"
