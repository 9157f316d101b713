// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/sweep_grid.h"

#include <QtTest>

using namespace boolab;

namespace
{

Job sweepJob(const nlohmann::json& more = {})
{
    nlohmann::json json = {
        {"kind", "sweep"}, {"model", "/m"}, {"output", "/sweep"}, {"perplexity", "/t.txt"}};
    if (more.is_object()) json.update(more);
    auto job = Job::fromJson(json, "test");
    if (!job) qFatal("%s", job.error().text().c_str());
    return *job;
}

} // namespace

class TestSweepGrid : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void gridRunsMethodByMethodWithRisingBitsOnce()
    {
        const auto points = sweepPoints(sweepJob({{"methods", "svid,refined,svid"}, {"bits", "2,1.5,2.0"}}));
        QVERIFY(points);
        QStringList names;
        for (const SweepPoint& point : *points)
            names.push_back(QString::fromStdString(point.name()));
        QCOMPARE(names,
                 (QStringList{"svid, 1.5 bits", "svid, 2 bits", "refined, 1.5 bits", "refined, 2 bits"}));
    }

    void wholeBitsAreUniformAndOthersABudget()
    {
        const Job sweep = sweepJob({{"calibration", "self"}});
        const Job uniform = conversionOf(sweep, {"gptq", 2}), budget = conversionOf(sweep, {"gptq", 2.5});
        QCOMPARE(uniform.integer("kernels"), std::int64_t{2});
        QVERIFY(!uniform.has("bits"));
        QCOMPARE(uniform.text("output"), std::string("/sweep/gptq-2"));
        QCOMPARE(budget.real("bits"), 2.5);
        QCOMPARE(budget.text("output"), std::string("/sweep/gptq-2.5"));
        QVERIFY(uniform.validate() && budget.validate());
    }

    void partsTakeOverWhatTheyShareWithTheSweep()
    {
        const Job sweep = sweepJob({{"calibration", "/c.txt"},
                                    {"embedding_bits", "8"},
                                    {"rounds", 5},
                                    {"windows", 3},
                                    {"project", "p"},
                                    {"threads", 2},
                                    {"seed", 7},
                                    {"name", "mine"}});
        const Job conversion = conversionOf(sweep, {"svid", 1});
        QCOMPARE(conversion.text("calibration"), std::string("/c.txt"));
        QCOMPARE(conversion.text("embedding_bits"), std::string("8"));
        QCOMPARE(conversion.integer("rounds"), std::int64_t{5});
        QCOMPARE(conversion.integer("seed"), std::int64_t{7});
        QCOMPARE(conversion.text("name"), std::string("svid, 1 bit"));
        const Job evaluation = evaluationOf(sweep, "/sweep/svid-1", "svid, 1 bit");
        QCOMPARE(evaluation.text("model"), std::string("/sweep/svid-1"));
        QCOMPARE(evaluation.text("perplexity"), std::string("/t.txt"));
        QCOMPARE(evaluation.integer("windows"), std::int64_t{3});
        QCOMPARE(evaluation.integer("threads"), std::int64_t{2});
        QCOMPARE(evaluation.text("project"), std::string("p"));
        QVERIFY(evaluation.validate());
    }

    void everyOptionOfAConversionButItsOwnIsTheSweepsToo()
    {
        for (const OptionSpec& option : jobSpec(JobKind::Convert).options) {
            const bool own = option.key == "method" || option.key == "kernels" || option.key == "target_size";
            QCOMPARE(jobSpec(JobKind::Sweep).find(option.key) == nullptr, own);
        }
    }

    void hopelessGridsAreRefused_data()
    {
        QTest::addColumn<QString>("options");
        QTest::addColumn<QString>("named");
        QTest::newRow("inputs without a text") << R"({"methods": "refined,calibrated", "bits": "2"})"
                                               << "calibrated, 2 bits needs a calibration text";
        QTest::newRow("shares without a text") << R"({"bits": "1.5"})"
                                               << "refined, 1.5 bits needs a calibration text";
        QTest::newRow("bits above the most") << R"({"bits": "8.5"})"
                                             << "8.5";
    }
    void hopelessGridsAreRefused()
    {
        QFETCH(QString, options);
        QFETCH(QString, named);
        const auto refused = sweepJob(nlohmann::json::parse(options.toStdString())).validate();
        QVERIFY(!refused);
        QVERIFY(refused.error().code == ErrorCode::Usage);
        QVERIFY2(QString::fromStdString(refused.error().message).contains(named),
                 refused.error().message.c_str());
    }

    void gridsThatNeedNoTextAreTaken()
    {
        QVERIFY(sweepJob({{"bits", "1,2,3"}}).validate());
        QVERIFY(sweepJob({{"bits", "1.5"}, {"importance", "none"}}).validate());
    }
};

QTEST_GUILESS_MAIN(TestSweepGrid)
#include "test_sweep_grid.moc"
