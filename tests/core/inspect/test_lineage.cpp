// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/lineage.h"

#include <QTest>

using namespace boolab;

namespace
{

RunRecord run(RunId id, const std::string& kind, nlohmann::json job, RunState state = RunState::Done)
{
    RunRecord record;
    record.id = id;
    record.kind = kind;
    record.name = kind + " " + std::to_string(id);
    record.state = state;
    record.startedAt = 100.0 * static_cast<double>(id);
    record.endedAt = record.startedAt + 50;
    record.job = std::move(job);
    return record;
}

/// full -> convert 1 -> k3 -> finetune 2 (teacher full) -> tuned -> evaluate 3, export 4; k3 overwritten by
/// 5, read by 6.
std::vector<RunRecord> story()
{
    std::vector<RunRecord> runs = {
        run(1, "convert", {{"model", "/full.gguf"}, {"output", "/out/k3"}}),
        run(2, "finetune", {{"student", "/out/k3/"}, {"teacher", "/full.gguf"}, {"output", "/out/tuned"}}),
        run(3, "evaluate", {{"model", "/out/./tuned"}}),
        run(4, "export", {{"model", "/out/tuned"}, {"output", "/out/tuned.gguf"}}),
        run(5, "convert", {{"model", "/other"}, {"output", "/out/k3"}}),
        run(6, "evaluate", {{"model", "/out/k3"}}),
        run(7, "convert", {{"model", "/full.gguf"}, {"output", "/out/k2"}}, RunState::Failed)};
    std::ranges::reverse(runs);
    return runs;
}

QString text(RunId id)
{
    const auto lineage = lineageOf(id, story());
    return lineage ? QString::fromStdString(lineageText(*lineage, {})) : QString("none");
}

} // namespace

class TestLineage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatARunCameFromAndWhatCameOfIt()
    {
        const auto expected = QString("/full.gguf\n"
                                      "└─ run 1 convert “convert 1” done\n"
                                      "   └─ /out/k3\n"
                                      "      └─ run 2 finetune “finetune 2” done  (teacher /full.gguf)%1\n"
                                      "         └─ /out/tuned\n"
                                      "            ├─ run 3 evaluate “evaluate 3” done%2\n"
                                      "            %3");
        QCOMPARE(text(2), expected.arg("  <-- this run", "",
                                       "└─ run 4 export “export 4” done\n"
                                       "               └─ /out/tuned.gguf\n"));
        // Its own line alone: not what others made of the same model.
        QCOMPARE(text(3).count("run 4"), 0);
        QVERIFY(text(3).contains("run 3 evaluate “evaluate 3” done  <-- this run"));
    }

    void aPathStandsForWhatWasThereAtThatTime()
    {
        QVERIFY2(text(6).startsWith("/other\n└─ run 5 convert"), qPrintable(text(6)));
        QVERIFY(!text(6).contains("run 1 "));
        QVERIFY(text(1).contains("run 2 ") && !text(1).contains("run 6 "));
    }

    void aFailedRunHasNoOutput()
    {
        QCOMPARE(text(7), QString("/full.gguf\n└─ run 7 convert “convert 7” failed  <-- this run\n"));
        QVERIFY(!lineageOf(99, story()));
    }

    void everyEdgeLeadsToALaterGeneration()
    {
        const auto lineage = lineageOf(2, story()).value();
        QVERIFY(lineage.nodes[lineage.focus].run->id == 2);
        QCOMPARE(lineage.edges.size(), 8u);
        for (const LineageEdge& edge : lineage.edges)
            QVERIFY(lineage.nodes[edge.from].generation < lineage.nodes[edge.to].generation);
    }

    void aRunThatTrainsItsOwnOutputAgainIsNoRing()
    {
        const std::vector<RunRecord> runs = {
            run(2, "finetune", {{"student", "/t"}, {"teacher", "/f"}, {"output", "/t"}}),
            run(1, "finetune", {{"student", "/t"}, {"teacher", "/f"}, {"output", "/t"}})};
        const auto lineage = lineageOf(2, runs).value();
        QCOMPARE(std::ranges::count_if(lineage.nodes,
                                       [](const LineageNode& node) { return node.run.has_value(); }),
                 2);
    }

    void duplicatesAndMissingModelsAreNamed()
    {
        const auto lineage = lineageOf(1, story()).value();
        const std::map<std::string, ModelFacts> facts = {
            {"/full.gguf", {false, "", {}}}, {"/out/k3", {true, "0123456789abcdef", {"/out/same"}}}};
        const QString told = QString::fromStdString(lineageText(lineage, facts));
        QVERIFY(told.contains("/full.gguf  (not there any more)\n"));
        QVERIFY(told.contains("/out/k3  0123456789abcdef  same content as /out/same\n"));
        const auto json = lineageJson(lineage, facts);
        QCOMPARE(json["nodes"].size(), lineage.nodes.size());
        QCOMPARE(json["nodes"][json["focus"].get<std::size_t>()]["run"].get<int>(), 1);
    }
};

QTEST_GUILESS_MAIN(TestLineage)
#include "test_lineage.moc"
