// SPDX-License-Identifier: Apache-2.0
// The way back of a finetune that goes astray, and what a kill on it may not change.
#include "core/finetune/divergence_guard.h"
#include "core/jobs/training_checkpoint.h"
#include "finetune_fixture.h"

#include <QDir>

using namespace boolab;
namespace fs = std::filesystem;

namespace
{

/// What a kill is seen as here: nothing of the training goes on after it.
struct Killed {
};

/// Ends the training in its n-th call of log(), event(), command() or phase().
class KillingObserver : public RecordingObserver
{
public:
    int callsLeft = -1; ///< negative: it lives
    int callsAfterRollback = -1;
    int calls = 0;
    std::string killingPhase;
    std::vector<std::int64_t> rollbacks; ///< steps gone back to

    void log(const std::string& level, const std::string& text) override
    {
        count();
        RecordingObserver::log(level, text);
    }
    void event(std::int64_t step, const std::string& kind, const std::string& text) override
    {
        count();
        RecordingObserver::event(step, kind, text);
        if (kind != "rollback") return;
        rollbacks.push_back(step);
        if (callsAfterRollback >= 0) callsLeft = callsAfterRollback;
    }
    void phase(const std::string& name, const std::string& unit) override
    {
        count();
        if (name == killingPhase) throw Killed();
        RecordingObserver::phase(name, unit);
    }
    Command command() override
    {
        count();
        return RecordingObserver::command();
    }

private:
    void count()
    {
        ++calls;
        if (callsLeft >= 0 && --callsLeft < 0) throw Killed();
    }
};

/// Changes a live setting after a step, and another at the first way back.
class SettingObserver : public KillingObserver
{
public:
    std::int64_t changeAt = 0;
    SettingChange then, afterRollback;

    void progress(std::int64_t done, std::int64_t) override { m_step = done; }
    std::vector<SettingChange> takeChanges() override
    {
        if (m_step == changeAt && rollbacks.empty()) return {then};
        if (!rollbacks.empty()) return {afterRollback};
        return {};
    }

private:
    std::int64_t m_step = 0;
};

} // namespace

class TestFinetuneRollback : public FinetuneFixture
{
    Q_OBJECT

private:
    /// Many bits flip at once after step 10 on no evidence, which breaks the model; a small share does not.
    nlohmann::json leaping(const QString& output, nlohmann::json changes = nlohmann::json::object()) const
    {
        nlohmann::json json = job(output, {{"bool_threshold", 0.0},
                                           {"bool_cap", kBreakingCap},
                                           {"bool_wait", 10},
                                           {"learning_rate", 1e-4},
                                           {"schedule", "constant"},
                                           {"guard", 1.3},
                                           {"steps", 16}});
        json.update(changes);
        return json;
    }
    static constexpr double kBreakingCap = 0.4;

    QByteArray model(const QString& output) const { return bytes(path(output) + "/model.safetensors"); }
    static bool kills(const nlohmann::json& json, KillingObserver& observer)
    {
        try {
            auto result = runJob(makeJob(json), observer);
            if (!result) qFatal("%s", result.error().text().c_str());
            return false;
        } catch (const Killed&) {
            return true;
        }
    }
    nlohmann::json resumed(nlohmann::json json) const
    {
        json["resume"] = latestCheckpoint(json["output"].get<std::string>()).has_value();
        return json;
    }

private Q_SLOTS:
    void initTestCase() { makeStudentAndText(); }

    void whatIsHalvedIsWhatTheRuleReads_data()
    {
        QTest::addColumn<QString>("train");
        QTest::addColumn<QString>("rule");
        QTest::addColumn<QString>("braked");
        QTest::addColumn<QString>("options");
        QTest::newRow("noise") << "last"
                               << "noise"
                               << "flip cap"
                               << "--lr or --bool-cap";
        QTest::newRow("bold") << "last"
                              << "bold"
                              << "rate of the bits"
                              << "--lr or --bool-lr";
        QTest::newRow("latent") << "all"
                                << "latent"
                                << "rate of the bits"
                                << "--lr or --bool-lr";
        QTest::newRow("scales") << "scales"
                                << "noise"
                                << ""
                                << "--lr";
    }

    void whatIsHalvedIsWhatTheRuleReads()
    {
        QFETCH(QString, train);
        QFETCH(QString, rule);
        QFETCH(QString, braked);
        QFETCH(QString, options);
        const Job asked = makeJob(
            job("braked",
                {{"train", train.toStdString()}, {"bool_rule", rule.toStdString()}, {"bool_lr", 1e-3}}));
        TrainingPosition position;
        QCOMPARE(QString::fromStdString(brake(asked, true, position)), braked);
        QCOMPARE(position.rateFactor, 1.0);
        QCOMPARE(position.capFactor, braked == "flip cap" ? 0.5 : 1.0);
        QCOMPARE(position.boolRateFactor, braked == "rate of the bits" ? 0.5 : 1.0);
        const QString both = braked.isEmpty() ? "learning rate" : braked + " and learning rate";
        QCOMPARE(QString::fromStdString(brake(asked, false, position)), both);
        QCOMPARE(position.rateFactor, 0.5);
        QCOMPARE(QString::fromStdString(brakingOptions(asked)), options);
        const auto again = TrainingPosition::fromJson(position.toJson());
        QCOMPARE(again.capFactor, position.capFactor);
        QCOMPARE(again.boolRateFactor, position.boolRateFactor);
    }

    void aCheckpointOfABrokenModelIsNotGoneBackTo()
    {
        // A checkpoint after every step: that of step 11 holds the flips that break the model.
        KillingObserver observer;
        QVERIFY(!kills(leaping("broken", {{"save_every", 1}}), observer));
        QVERIFY(!observer.rollbacks.empty());
        QCOMPARE(observer.rollbacks.front(), std::int64_t{10});
        QVERIFY2(observer.events.front().second.find("flip cap halved") != std::string::npos,
                 observer.events.front().second.c_str());
        const auto& loss = observer.metrics["loss"];
        QVERIFY(loss.back() < 1.3 * loss.front());
        // The last one has not been seen to be good; the one before it is the only other.
        QVERIFY(fs::exists(path("broken.checkpoint/state.json")));
        QVERIFY(fs::exists(path("broken.previous-checkpoint/state.json")));
        const auto state = readCheckpointState(path("broken.previous-checkpoint"));
        QCOMPARE(state->step, std::int64_t{15});
    }

    void aBrokenFirstCheckpointLeadsBackToTheStart()
    {
        KillingObserver observer;
        QVERIFY(!kills(leaping("first", {{"save_every", 11}}), observer));
        QVERIFY(!observer.rollbacks.empty());
        QCOMPARE(observer.rollbacks.front(), std::int64_t{0});
    }

    void killedAnywhereOnTheWayBackItEndsWithTheSameBits_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("saveEvery");
        QTest::newRow("a checkpoint per step") << "dense" << 1;
        QTest::newRow("the first is broken") << "first" << 11;
        QTest::newRow("none") << "none" << 0;
    }

    void killedAnywhereOnTheWayBackItEndsWithTheSameBits()
    {
        QFETCH(QString, name);
        QFETCH(int, saveEvery);
        const nlohmann::json options = {{"save_every", saveEvery}};
        KillingObserver whole;
        QVERIFY(!kills(leaping("whole-" + name, options), whole));
        QVERIFY(!whole.rollbacks.empty());
        const QByteArray expected = model("whole-" + name);
        QVERIFY(!expected.isEmpty());
        int beforeRollback = 0, afterRollback = 0;
        for (int at = 3; at < whole.calls; at += 7) {
            const QString output = QString("killed-%1-%2").arg(name).arg(at);
            KillingObserver first;
            first.callsLeft = at;
            QVERIFY(kills(leaping(output, options), first));
            (first.rollbacks.empty() ? beforeRollback : afterRollback) += 1;
            KillingObserver second; // and once more, a little later
            second.callsLeft = 9;
            if (kills(resumed(leaping(output, options)), second)) {
                KillingObserver third;
                QVERIFY(!kills(resumed(leaping(output, options)), third));
            }
            QVERIFY2(model(output) == expected,
                     qPrintable(QString("other bits after a kill at call %1").arg(at)));
            for (const char* ending : {"", ".checkpoint", ".previous-checkpoint"})
                QDir(QString::fromStdString(path(output)) + ending).removeRecursively();
        }
        QVERIFY(beforeRollback > 0 && afterRollback > 0);
    }

    void aKillBetweenTheTwoRenamingsLosesNothing()
    {
        SilentObserver silent;
        QVERIFY(runJob(makeJob(job("renamed-whole")), silent));
        RecordingObserver stopping;
        stopping.stopAfter = 5;
        QVERIFY(!runJob(makeJob(job("renamed", {{"save_every", 2}})), stopping));
        // The latest has stepped aside, the new one is not in place yet; or it was half removed before.
        fs::remove_all(path("renamed.previous-checkpoint"));
        fs::rename(path("renamed.checkpoint"), path("renamed.previous-checkpoint"));
        fs::create_directory(path("renamed.checkpoint"));
        RecordingObserver observer;
        auto result = runJob(makeJob(job("renamed", {{"save_every", 2}, {"resume", true}})), observer);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        QCOMPARE(observer.metrics["loss"].size(), std::size_t{7});
        QVERIFY(model("renamed") == model("renamed-whole"));
    }

    void everyRuleIsSlowedDownUntilItHolds_data()
    {
        QTest::addColumn<QString>("rule");
        QTest::addColumn<double>("usual");
        QTest::addColumn<double>("breaking");
        QTest::newRow("bold") << "bold" << 1.0 << 300.0;
        QTest::newRow("latent") << "latent" << 1e-4 << 0.02;
    }

    void everyRuleIsSlowedDownUntilItHolds()
    {
        QFETCH(QString, rule);
        QFETCH(double, usual);
        QFETCH(double, breaking);
        // Neither rule reads the flip cap: only another rate leads elsewhere than the first time.
        const nlohmann::json changes = {{"bool_rule", rule.toStdString()},
                                        {"bool_lr", usual},
                                        {"bool_wait", 0},
                                        {"learning_rate", 1e-4},
                                        {"schedule", "constant"},
                                        {"warmup", 0},
                                        {"guard", 1.2},
                                        {"save_every", 5},
                                        {"steps", 16}};
        const auto run = [&](const QString& output, SettingObserver& observer) {
            observer.changeAt = 12;
            observer.then = {"bool_lr", breaking};
            return kills(job(output, changes), observer);
        };
        SettingObserver whole;
        QVERIFY(!run("slowed-" + rule, whole));
        QVERIFY(!whole.rollbacks.empty());
        for (const auto& [kind, text] : whole.events)
            QVERIFY2(kind == "setting" || text.find("rate of the bits halved") != std::string::npos,
                     text.c_str());
        // Killed on the way back, right after it and later: what is slowed down stays so.
        for (const int later : {0, 1, 2, 4}) {
            const QString output = QString("slowed-%1-%2").arg(rule).arg(later);
            SettingObserver first;
            first.callsAfterRollback = later;
            QVERIFY(run(output, first));
            KillingObserver second;
            QVERIFY(!kills(resumed(job(output, changes)), second));
            QVERIFY2(model(output) == model("slowed-" + rule), qPrintable(output));
        }
    }

    void fiveWaysBackThatDoNotHelpAreExplained_data()
    {
        QTest::addColumn<int>("saveEvery");
        QTest::addColumn<QString>("hint");
        QTest::newRow("with a checkpoint")
            << 5 << "The checkpoint of step 5 is kept. Lower --lr or --bool-cap";
        QTest::newRow("without") << 0 << "Lower --lr or --bool-cap and start again.";
    }

    void fiveWaysBackThatDoNotHelpAreExplained()
    {
        QFETCH(int, saveEvery);
        QFETCH(QString, hint);
        // Half the usual loss is already too much: nothing that is halved leads to a smaller one.
        const QString output = QString("hopeless%1").arg(saveEvery);
        KillingObserver observer;
        const auto result =
            runJob(makeJob(leaping(output, {{"guard", 0.5}, {"save_every", saveEvery}})), observer);
        QVERIFY(!result);
        QVERIFY2(result.error().message.find("5 ways back did not help") != std::string::npos,
                 result.error().message.c_str());
        QVERIFY2(QString::fromStdString(result.error().hint).startsWith(hint), result.error().hint.c_str());
        QCOMPARE(observer.rollbacks.size(), std::size_t{5});
    }

    void aGradientWithoutANormIsDivergenceToo()
    {
        // Every square of the gradient overflows, while the loss is a number.
        SilentObserver silent;
        const auto result =
            runJob(makeJob(job("norm", {{"hidden_weight", 1e30}, {"train", "scales"}})), silent);
        QVERIFY(!result);
        QVERIFY2(result.error().message.find("the norm of the gradient became inf at step 1") !=
                     std::string::npos,
                 result.error().message.c_str());
    }

    void theBestStudentIsOfTheBranchThatCounts()
    {
        // Steps 13 to 15 of the first branch are better than step 12; then a rate that breaks everything, the
        // way back to step 12, and from there on nothing better: the best is that of step 12.
        const nlohmann::json changes = {{"train", "scales"},     {"eval_every", 1},
                                        {"patience", 100},       {"save_every", 12},
                                        {"learning_rate", 2e-3}, {"schedule", "constant"},
                                        {"warmup", 0},           {"max_grad_norm", 0.0},
                                        {"guard", 1.3},          {"steps", 24}};
        nlohmann::json short12 = changes;
        short12["steps"] = 12;
        SettingObserver plain;
        plain.changeAt = -1;
        QVERIFY(!kills(job("best-12", short12), plain));
        SettingObserver observer;
        observer.changeAt = 15;
        observer.then = {"learning_rate", 0.1};
        observer.afterRollback = {"learning_rate", 0.0};
        const auto result = runJob(makeJob(job("best", changes)), observer);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        QCOMPARE(observer.rollbacks.front(), std::int64_t{12});
        const auto& kl = observer.metrics["held_out_kl"];
        QVERIFY2(kl[14] < kl[12], "the discarded branch was better for a while"); // kl[0] is the start
        const auto best = (*result)["best_step"].get<std::int64_t>();
        QCOMPARE(best, std::int64_t{12});
        QVERIFY(model("best") == model("best-12"));
    }
};

QTEST_GUILESS_MAIN(TestFinetuneRollback)
#include "test_finetune_rollback.moc"
