// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/model_origin.h"

#include <QtTest>

using namespace boolab;

namespace
{

RunRecord run(const std::string& kind, const nlohmann::json& job, RunState state = RunState::Done)
{
    RunRecord record;
    record.kind = kind;
    record.state = state;
    record.job = job;
    return record;
}

} // namespace

class TestModelOrigin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aConversionNamesModelAndText()
    {
        const auto origin =
            originOf("/b/", {run("convert", {{"output", "/b"}, {"model", "/m"}, {"calibration", "/t"}})});
        QCOMPARE(origin.original, std::string("/m"));
        QCOMPARE(origin.text, std::string("/t"));
    }

    void aTextThatTheModelWroteItselfIsNone()
    {
        const auto origin =
            originOf("/b", {run("convert", {{"output", "/b"}, {"model", "/m"}, {"calibration", "self"}})});
        QCOMPARE(origin.text, std::string());
    }

    void aFinetunedModelLeadsBackToItsConversion()
    {
        const std::vector<RunRecord> runs = {
            run("finetune", {{"output", "/f"}, {"student", "/b"}, {"teacher", "/m"}}),
            run("convert", {{"output", "/b"}, {"model", "/m"}, {"calibration", "/t"}})};
        const auto origin = originOf("/f", runs);
        QCOMPARE(origin.original, std::string("/m"));
        QCOMPARE(origin.text, std::string("/t"));
    }

    void aModelTrainedInPlaceEndsTheSearch()
    {
        const auto origin =
            originOf("/f", {run("finetune", {{"output", "/f"}, {"student", "/f"}, {"teacher", "/m"}})});
        QCOMPARE(origin.original, std::string("/m"));
    }

    void runsThatDidNotEndAndOtherModelsTellNothing()
    {
        const nlohmann::json job = {{"output", "/b"}, {"model", "/m"}};
        QCOMPARE(originOf("/b", {run("convert", job, RunState::Failed)}).original, std::string());
        QCOMPARE(originOf("/c", {run("convert", job)}).original, std::string());
        QCOMPARE(originOf("", {run("convert", job)}).original, std::string());
        QCOMPARE(originOf("/b", {run("convert", nlohmann::json())}).original, std::string());
    }
};

QTEST_GUILESS_MAIN(TestModelOrigin)
#include "test_model_origin.moc"
