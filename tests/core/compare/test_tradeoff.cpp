// SPDX-License-Identifier: Apache-2.0
#include "compared_runs.h"
#include "core/compare/tradeoff.h"

#include <QtTest>

using namespace boolab;
using namespace boolab::test;

class TestTradeoff : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runsOfOneProtocolStandInOnePicture()
    {
        const std::vector<RunRecord> all{evaluationOf(1, "/a", 50, 2), evaluationOf(2, "/b", 40, 3),
                                         evaluationOf(3, "/c", 55, 3),
                                         evaluationOf(4, "/d", 10, 2, "/data/c4.txt")};
        std::vector<ComparedRun> runs;
        for (const RunRecord& run : all)
            runs.push_back(comparedOf(run));
        const auto choices = scoreChoices(runs, all);
        QCOMPARE(choices.front().metric, std::string("perplexity"));
        QCOMPARE(choices.front().runs, 3);
        const auto picture = tradeoffOf(runs, all, choices.front(), SizeAxis::BitsPerWeight);
        QCOMPARE(picture.points.size(), std::size_t{3});
        QCOMPARE(picture.otherProtocol, 1);
        QVERIFY(picture.points[0].isOnFront && picture.points[1].isOnFront && !picture.points[2].isOnFront);
        const auto bytes = tradeoffOf(runs, all, choices.front(), SizeAxis::FileBytes);
        QCOMPARE(bytes.points[0].size, 80e6);
    }

    void theFullPrecisionModelIsMeasuredInTheSameWay()
    {
        const RunRecord conversion = runOf(1, "convert", "c", {{"model", "/m.gguf"}, {"output", "/k2"}}, {});
        const RunRecord mine = evaluationOf(2, "/k2", 50, 2), full = evaluationOf(3, "/m.gguf", 20, 16),
                        otherText = evaluationOf(4, "/m.gguf", 15, 16, "/data/c4.txt"),
                        otherModel = evaluationOf(5, "/n.gguf", 12, 16);
        const std::vector<RunRecord> all{otherModel, otherText, full, mine, conversion};
        const std::vector<ComparedRun> runs{comparedOf(mine)};
        const auto picture = tradeoffOf(runs, all, scoreChoices(runs, all).front(), SizeAxis::BitsPerWeight);
        QCOMPARE(picture.fullPrecision.size(), std::size_t{1});
        QCOMPARE(picture.fullPrecision[0].score, 20.0);
        QCOMPARE(picture.fullPrecision[0].model, std::string("m.gguf"));
    }

    void aTrainingStandsWhereItsModelWasMeasuredLast()
    {
        const RunRecord tuned = runOf(1, "finetune", "tuned", {{"student", "/k2"}, {"output", "/t"}}, {});
        const RunRecord old = evaluationOf(2, "/t", 50, 2), now = evaluationOf(3, "/t", 45, 2),
                        other = evaluationOf(4, "/t", 9, 2, "/data/c4.txt");
        const std::vector<RunRecord> all{other, now, old, tuned};
        const std::vector<ComparedRun> runs{comparedOf(tuned)};
        const auto choices = scoreChoices(runs, all);
        const auto wikitext = std::ranges::find_if(
            choices, [](const ScoreChoice& choice) { return choice.key.find("c4") == std::string::npos; });
        QVERIFY(wikitext != choices.end());
        const auto picture = tradeoffOf(runs, all, *wikitext, SizeAxis::BitsPerWeight);
        QCOMPARE(picture.points.size(), std::size_t{1});
        QCOMPARE(picture.points[0].score, 45.0);
        QCOMPARE(picture.points[0].run, RunId{1});
        QCOMPARE(picture.points[0].from, RunId{3});
        QCOMPARE(picture.points[0].name, std::string("tuned"));
        QCOMPARE(picture.otherProtocol, 0);
    }

    void aSweepBringsItsParts()
    {
        RunRecord sweep = runOf(1, "sweep", "grid", {{"model", "/m"}}, {}),
                  a = evaluationOf(2, "/s/a", 50, 2), b = evaluationOf(3, "/s/b", 40, 3);
        a.parent = b.parent = 1;
        const std::vector<RunRecord> all{b, a, sweep};
        const std::vector<ComparedRun> runs{comparedOf(sweep)};
        const auto picture = tradeoffOf(runs, all, scoreChoices(runs, all).front(), SizeAxis::BitsPerWeight);
        QCOMPARE(picture.points.size(), std::size_t{2});
        QCOMPARE(picture.points[0].run, RunId{1});
        QCOMPARE(picture.points[0].from, RunId{3});
        // A part that was added too stands there once.
        const std::vector<ComparedRun> both{comparedOf(sweep), comparedOf(a)};
        QCOMPARE(
            tradeoffOf(both, all, scoreChoices(both, all).front(), SizeAxis::BitsPerWeight).points.size(),
            std::size_t{2});
    }

    void runsWithoutScoresHaveNoPicture()
    {
        const std::vector<RunRecord> all{runOf(1, "convert", "c", {}, {{"bits_per_weight", 2.0}})};
        const std::vector<ComparedRun> runs{comparedOf(all.front())};
        QVERIFY(scoreChoices(runs, all).empty());
    }
};

QTEST_GUILESS_MAIN(TestTradeoff)
#include "test_tradeoff.moc"
