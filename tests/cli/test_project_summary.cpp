// SPDX-License-Identifier: Apache-2.0
#include "app/cli/project_summary.h"

#include <QtTest>

using namespace boolab;
using namespace boolab::cli;

class TestProjectSummary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void followsOneModelThroughItsStages();
    void perplexityCarriesItsProtocol();
    void timesAddUp();
};

namespace
{

PlayedJob played(const nlohmann::json& job, const nlohmann::json& result, double seconds = 1)
{
    return {Job::fromJson(job, "test").value(), result, 7, seconds};
}

std::vector<PlayedJob> wholeProject()
{
    const auto evaluate = [](const char* model, double perplexity) {
        return played({{"kind", "evaluate"}, {"model", model}, {"perplexity", "/d/t.txt"}},
                      {{"perplexity", perplexity}, {"windows", 2}, {"file_bytes", 1000}});
    };
    return {evaluate("/m", 24.13),
            played({{"kind", "convert"}, {"model", "/m"}, {"output", "/k3"}},
                   {{"kernels", 3}, {"bits_per_weight", 3.1}}, 60),
            evaluate("/k3", 126.6),
            played({{"kind", "finetune"},
                    {"student", "/k3"},
                    {"teacher", "/m"},
                    {"output", "/ft"},
                    {"data", "self"}},
                   {{"bits_per_weight", 3.2}}, 120),
            evaluate("/ft", 40.2)};
}

} // namespace

void TestProjectSummary::followsOneModelThroughItsStages()
{
    const nlohmann::json models = modelSummaries(wholeProject());
    QCOMPARE(models.size(), std::size_t{3});
    QCOMPARE(models[0]["model"].get<std::string>(), std::string("original"));
    QCOMPARE(models[1]["model"].get<std::string>(), std::string("converted"));
    QCOMPARE(models[2]["model"].get<std::string>(), std::string("finetuned"));
    QCOMPARE(models[0]["perplexity"].get<double>(), 24.13);
    QCOMPARE(models[1]["perplexity"].get<double>(), 126.6);
    QCOMPARE(models[2]["perplexity"].get<double>(), 40.2);
    QVERIFY(!models[0].contains("kernels"));
    QCOMPARE(models[2]["kernels"].get<int>(), 3);
    QCOMPARE(models[2]["bits_per_weight"].get<double>(), 3.2);
}

void TestProjectSummary::perplexityCarriesItsProtocol()
{
    const nlohmann::json models = modelSummaries(wholeProject());
    QCOMPARE(models[0]["protocol"].get<std::string>(), std::string("2 × 2048 tokens of t.txt"));
}

void TestProjectSummary::timesAddUp()
{
    const std::string text = summaryText(wholeProject());
    QVERIFY2(text.find("  3:03\n") != std::string::npos, text.c_str());
    QVERIFY2(text.find("126.60") != std::string::npos, text.c_str());
}

QTEST_GUILESS_MAIN(TestProjectSummary)
#include "test_project_summary.moc"
