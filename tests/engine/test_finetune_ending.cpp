// SPDX-License-Identifier: Apache-2.0
// The end of a finetune, and resumptions that come to it with few steps left or none.
#include "core/jobs/training_checkpoint.h"
#include "finetune_fixture.h"

using namespace boolab;
namespace fs = std::filesystem;

namespace
{

struct Killed {
};

/// A kill between the last checkpoint and the model.
class KilledBeforeTheModel : public RecordingObserver
{
public:
    void phase(const std::string& name, const std::string& unit) override
    {
        if (name == "writing the model") throw Killed();
        RecordingObserver::phase(name, unit);
    }
};

} // namespace

class TestFinetuneEnding : public FinetuneFixture
{
    Q_OBJECT

private:
    QByteArray model(const QString& output) const { return bytes(path(output) + "/model.safetensors"); }
    void killBeforeTheModel(const nlohmann::json& json) const
    {
        KilledBeforeTheModel observer;
        QVERIFY_THROWS_EXCEPTION(Killed, (void)runJob(makeJob(json), observer));
    }
    static nlohmann::json resumed(nlohmann::json json)
    {
        json["resume"] = true;
        return json;
    }
    /// The checkpoint as Boolab wrote it before it knew these keys.
    void forget(const QString& output, const QStringList& keys) const
    {
        auto state = readCheckpointState(path(output + ".checkpoint"));
        QVERIFY(state);
        for (const QString& key : keys)
            QVERIFY2(state->json.erase(key.toStdString()) == 1, qPrintable(key));
        write(output + ".checkpoint/state.json", QByteArray::fromStdString(state->json.dump()));
    }

private Q_SLOTS:
    void initTestCase() { makeStudentAndText(); }

    void killedBeforeTheModelIsWrittenItOnlyWritesIt()
    {
        const nlohmann::json measured = {{"eval_every", 4}};
        RecordingObserver whole;
        const auto expected = runJob(makeJob(job("whole", measured)), whole);
        QVERIFY(expected);
        killBeforeTheModel(job("killed", measured));
        RecordingObserver observer;
        const auto result = runJob(makeJob(resumed(job("killed", measured))), observer);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        QVERIFY(!observer.metrics.contains("loss"));
        for (const char* key : {"steps", "loss", "loss_kl", "loss_hidden", "flips", "flipped_share",
                                "held_out_perplexity", "held_out_kl", "dtype"}) {
            QVERIFY2(expected->contains(key), key);
            QVERIFY2((*result)[key] == (*expected)[key], key);
        }
        QCOMPARE((*result)["loss"].get<double>(), whole.metrics["loss"].back());
        QVERIFY(!result->contains("tokens_per_second")); // nothing was measured
        QVERIFY(model("killed") == model("whole"));
    }

    void anOlderCheckpointLoads_data()
    {
        QTest::addColumn<int>("steps");
        QTest::newRow("steps left") << 16;
        QTest::newRow("none left") << 12;
    }

    void anOlderCheckpointLoads()
    {
        QFETCH(int, steps);
        const QString output = QString("older%1").arg(steps);
        const nlohmann::json constant = {{"schedule", "constant"}};
        SilentObserver silent;
        killBeforeTheModel(job(output, constant));
        forget(output, {"last_loss", "last_loss_kl", "last_loss_hidden", "stop_early", "total_steps",
                        "bool_rate_factor"});
        nlohmann::json more = constant;
        more["steps"] = steps;
        const auto result = runJob(makeJob(resumed(job(output, more))), silent);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        QCOMPARE(result->contains("loss"), steps > 12);
        QVERIFY(runJob(makeJob(job("newer" + output, more)), silent));
        QVERIFY(model(output) == model("newer" + output));
    }

    void fewerStepsThanWereDoneAreRefused()
    {
        SilentObserver silent;
        QVERIFY(runJob(makeJob(job("fewer")), silent));
        const QByteArray before = model("fewer");
        const auto result = runJob(makeJob(resumed(job("fewer", {{"steps", 6}}))), silent);
        QVERIFY(!result);
        QVERIFY(result.error().code == ErrorCode::Usage);
        QVERIFY2(result.error().message.find("12 steps are done, this run asks for 6") != std::string::npos,
                 result.error().message.c_str());
        QVERIFY(result.error().hint.find("more than 12") != std::string::npos);
        QVERIFY(model("fewer") == before);
    }

    void anEarlyStopOutlivesAKill()
    {
        const nlohmann::json early = {{"eval_every", 2},      {"patience", 2}, {"learning_rate", 0.1},
                                      {"max_grad_norm", 0.0}, {"guard", 0.0},  {"train", "scales"},
                                      {"steps", 40}};
        SilentObserver silent;
        const auto expected = runJob(makeJob(job("early", early)), silent);
        QVERIFY(expected);
        const int steps = (*expected)["steps"].get<int>();
        QVERIFY(steps < 40 && expected->contains("best_step"));
        killBeforeTheModel(job("early-killed", early));
        RecordingObserver observer;
        const auto result = runJob(makeJob(resumed(job("early-killed", early))), observer);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        QVERIFY(!observer.metrics.contains("loss"));
        QCOMPARE((*result)["steps"].get<int>(), steps);
        QCOMPARE((*result)["best_step"], (*expected)["best_step"]);
        QVERIFY(model("early-killed") == model("early"));
        // Whoever asks for more steps than before gets them.
        nlohmann::json more = early;
        more["steps"] = 44;
        const auto longer = runJob(makeJob(resumed(job("early-killed", more))), observer);
        QVERIFY(longer && (*longer)["steps"].get<int>() > steps);
    }

    void onlyTheBestStudentsThatACheckpointKnowsAreKept()
    {
        SilentObserver silent;
        QVERIFY(
            runJob(makeJob(job("kept", {{"eval_every", 1}, {"patience", 50}, {"save_every", 4}})), silent));
        std::set<std::string> known, kept;
        for (const char* ending : {".checkpoint", ".previous-checkpoint"})
            known.insert("step-" + readCheckpointState(path("kept") + ending)->json["best_step"].dump());
        for (const auto& entry : fs::directory_iterator(path("kept.best")))
            kept.insert(entry.path().filename().string());
        QVERIFY(known == kept);
    }

    void theResultTellsWhatWasComputedIn_data()
    {
        QTest::addColumn<QString>("dtype");
        QTest::newRow("float32") << "float32";
        QTest::newRow("bfloat16") << "bfloat16";
        QTest::newRow("auto") << "auto";
    }

    void theResultTellsWhatWasComputedIn()
    {
        QFETCH(QString, dtype);
        SilentObserver silent;
        const auto result =
            runJob(makeJob(job("in-" + dtype, {{"dtype", dtype.toStdString()}, {"steps", 1}})), silent);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        const QString told = QString::fromStdString((*result)["dtype"].get<std::string>());
        if (dtype == "auto")
            QVERIFY2(told == "float32" || told == "bfloat16", qPrintable(told));
        else
            QCOMPARE(told, dtype);
    }
};

QTEST_GUILESS_MAIN(TestFinetuneEnding)
#include "test_finetune_ending.moc"
