// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_files.h"
#include "finetune_fixture.h"

#include <QDir>
#include <algorithm>
#include <cmath>

using namespace boolab;

// Every so many bytes a bit is turned: more than a header has, less than a record. Or once, in the header.
constexpr int kInRecords = 400, kInHeader = 30;

class TestFinetune : public FinetuneFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { makeStudentAndText(); }

    void lossFallsAndBitsFlip()
    {
        RecordingObserver observer;
        auto result = runJob(makeJob(job("out", {{"steps", 40}})), observer);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        const auto& loss = observer.metrics["loss_kl"];
        QCOMPARE(loss.size(), std::size_t{40});
        QVERIFY2(loss.back() < 0.8 * loss.front(),
                 qPrintable(QString("%1 -> %2").arg(loss.front()).arg(loss.back())));
        QVERIFY((*result)["flips"].get<std::int64_t>() > 0);
        QCOMPARE(observer.metrics["flips"].front(), 0.0);
        QCOMPARE(observer.stats["flips"].back().size(), std::size_t{14});
        QCOMPARE(observer.metrics["bool_signal_norm"].size(), std::size_t{40});
        QVERIFY(observer.metrics["bool_signal_norm"].front() > 0);
        QVERIFY(!observer.metrics.contains("bool_learning_rate")); // the rule noise has none
        QCOMPARE((*result)["kernels"].get<double>(), 2.0);
        auto written = ModelFiles::open(path("out"));
        QVERIFY(written);
        QVERIFY(written->kind() == ModelKind::Boolean);
    }

    void scalesOnlyFlipsNothing()
    {
        RecordingObserver observer;
        auto result = runJob(makeJob(job("scales", {{"train", "scales"}})), observer);
        QVERIFY(result);
        auto before = ModelFiles::open(path("student")), after = ModelFiles::open(path("scales"));
        const std::string layer = "model.layers.0.mlp.up_proj";
        const auto a = before->booleanLayer(layer), b = after->booleanLayer(layer);
        QVERIFY(std::equal(a->bits.begin(), a->bits.end(), b->bits.begin()));
        QVERIFY(!observer.metrics.contains("flips"));
    }

    void bitsThatCameBackHaveFlippedAllTheSame()
    {
        RecordingObserver observer;
        auto result = runJob(makeJob(job("ever", {{"steps", 40}})), observer);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        const auto share = [&](const char* key) { return (*result)[key].get<double>(); };
        const double ever = share("ever_flipped_share"), now = share("flipped_share"),
                     back = share("flipped_back_share");
        // A bit that came back is counted once however often it did; each time is a round trip.
        QVERIFY2(back > 0 && ever > now && ever <= now + back + 1e-12,
                 qPrintable(QString("%1 %2 %3").arg(ever).arg(now).arg(back)));
        const auto& curve = observer.metrics["ever_flipped_share"];
        QVERIFY(std::ranges::is_sorted(curve));
        QCOMPARE(curve.back(), ever);
    }

    void whatEverFlippedOutlivesAResume_data()
    {
        QTest::addColumn<bool>("isOldCheckpoint");
        QTest::newRow("kept") << false;
        QTest::newRow("checkpoint of an older Boolab") << true;
    }

    void whatEverFlippedOutlivesAResume()
    {
        QFETCH(bool, isOldCheckpoint);
        const QString whole = QString("ever-whole%1").arg(isOldCheckpoint),
                      parts = QString("ever-parts%1").arg(isOldCheckpoint);
        SilentObserver silent;
        const auto uninterrupted = runJob(makeJob(job(whole, {{"steps", 30}})), silent);
        QVERIFY(uninterrupted);
        RecordingObserver stopping;
        stopping.stopAfter = 20;
        QVERIFY(!runJob(makeJob(job(parts, {{"steps", 30}})), stopping));
        const QString mask = m_folder.filePath(parts + ".checkpoint/ever_flipped.pt");
        QVERIFY(QFile::exists(mask));
        if (isOldCheckpoint) QVERIFY(QFile::remove(mask));
        const auto resumed = runJob(makeJob(job(parts, {{"steps", 30}, {"resume", true}})), silent);
        QVERIFY2(resumed, resumed ? "" : resumed.error().text().c_str());
        const double expected = (*uninterrupted)["ever_flipped_share"].get<double>(),
                     ever = (*resumed)["ever_flipped_share"].get<double>();
        if (!isOldCheckpoint) QCOMPARE(ever, expected);
        // What differs at the end is known all the same.
        QVERIFY(ever >= (*resumed)["flipped_share"].get<double>() && ever <= expected);
    }

    void theRateOfTheSignalChangesOnTheWay()
    {
        // Of a live option: taken over after the step at hand, told as rate times schedule.
        RecordingObserver observer;
        observer.changes = {{"bool_lr", 2.0}};
        QVERIFY(runJob(makeJob(job("rate", {{"bool_rule", "bold"},
                                            {"bool_lr", 1.0},
                                            {"schedule", "constant"},
                                            {"warmup", 0},
                                            {"steps", 3}})),
                       observer));
        QCOMPARE(observer.metrics["bool_learning_rate"], (std::vector<double>{1, 2, 2}));
        QVERIFY(observer.metrics["bool_signal_norm"].front() > 0);
        QVERIFY(!observer.metrics.contains("cap")); // bold reads none
    }

    void onlyTheChosenKernelChanges_data()
    {
        QTest::addColumn<QString>("train");
        QTest::addColumn<QList<bool>>("changes");
        QTest::newRow("last") << "last" << QList<bool>{false, true};
        QTest::newRow("first") << "first" << QList<bool>{true, false};
        QTest::newRow("all") << "all" << QList<bool>{true, true};
    }

    void onlyTheChosenKernelChanges()
    {
        QFETCH(QString, train);
        QFETCH(QList<bool>, changes);
        SilentObserver silent;
        QVERIFY(runJob(makeJob(job(train, {{"train", train.toStdString()}})), silent));
        auto before = ModelFiles::open(path("student")), after = ModelFiles::open(path(train));
        QList<bool> changed = {false, false};
        for (const auto& info : before->linearLayers()) {
            const auto a = before->booleanLayer(info.name), b = after->booleanLayer(info.name);
            const std::size_t half = a->bits.size() / 2;
            changed[0] |= !std::equal(a->bits.begin(), a->bits.begin() + half, b->bits.begin());
            changed[1] |= !std::equal(a->bits.begin() + half, a->bits.end(), b->bits.begin() + half);
        }
        QCOMPARE(changed, changes);
    }

    void stoppedAndResumedEqualsUninterrupted_data()
    {
        QTest::addColumn<int>("accumulation");
        QTest::newRow("one micro-batch") << 1;
        QTest::newRow("three micro-batches") << 3;
    }

    void stoppedAndResumedEqualsUninterrupted()
    {
        QFETCH(int, accumulation);
        SilentObserver silent;
        const QString whole = QString("whole%1").arg(accumulation),
                      parts = QString("parts%1").arg(accumulation);
        QVERIFY(runJob(makeJob(job(whole, {{"grad_accum", accumulation}})), silent));

        RecordingObserver stopping;
        stopping.stopAfter = 5;
        auto stopped = runJob(makeJob(job(parts, {{"grad_accum", accumulation}})), stopping);
        QVERIFY(!stopped);
        QVERIFY(stopped.error().code == ErrorCode::Stopped);
        QVERIFY(!QDir(m_folder.filePath(parts)).exists());
        RecordingObserver resumed;
        auto result = runJob(makeJob(job(parts, {{"grad_accum", accumulation}, {"resume", true}})), resumed);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        QCOMPARE(resumed.metrics["loss"].size(), std::size_t{7});
        const QByteArray expected = bytes(path(whole) + "/model.safetensors");
        QVERIFY(!expected.isEmpty());
        QVERIFY(bytes(path(parts) + "/model.safetensors") == expected);
    }

    void gradientAccumulationEqualsALargerBatch()
    {
        RecordingObserver large, accumulated;
        QVERIFY(runJob(makeJob(job("large", {{"batch_size", 4}, {"steps", 3}, {"train", "scales"}})), large));
        QVERIFY(runJob(
            makeJob(job("small", {{"batch_size", 2}, {"grad_accum", 2}, {"steps", 3}, {"train", "scales"}})),
            accumulated));
        // The first loss is of the same four sequences; hidden MSE is normalised per micro-batch, so KL is
        // what must agree.
        QVERIFY(std::abs(large.metrics["loss_kl"][0] - accumulated.metrics["loss_kl"][0]) < 1e-4);
    }

    void accumulationKeepsNoGradientAndStillFlips()
    {
        RecordingObserver observer;
        auto result = runJob(makeJob(job("accumulated", {{"grad_accum", 3}, {"steps", 20}})), observer);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        QVERIFY((*result)["flips"].get<std::int64_t>() > 0);
        const auto& loss = observer.metrics["loss_kl"];
        QVERIFY(loss.back() < loss.front());
    }

    void activationCheckpointingChangesNoBit_data()
    {
        QTest::addColumn<QString>("dtype");
        QTest::addColumn<bool>("norms");
        QTest::newRow("float32") << "float32" << false;
        QTest::newRow("float32, trained norms") << "float32" << true;
        QTest::newRow("bfloat16, trained norms") << "bfloat16" << true;
    }

    void activationCheckpointingChangesNoBit()
    {
        QFETCH(QString, dtype);
        QFETCH(bool, norms);
        RecordingObserver plain, checkpointed;
        nlohmann::json changes = {{"dtype", dtype.toStdString()}, {"train_norms", norms}, {"grad_accum", 2}};
        const QString name = dtype + (norms ? "-norms" : "");
        QVERIFY(runJob(makeJob(job(name + "-kept", changes)), plain));
        changes["activation_checkpointing"] = true;
        QVERIFY(runJob(makeJob(job(name + "-again", changes)), checkpointed));
        QVERIFY(plain.metrics["flips"].back() + plain.metrics["flips_total"].back() > 0);
        QVERIFY(plain.metrics["loss"] == checkpointed.metrics["loss"]);
        QVERIFY(plain.metrics["grad_norm"] == checkpointed.metrics["grad_norm"]);
        QVERIFY(plain.stats["flips"] == checkpointed.stats["flips"]);
        QVERIFY(bytes(path(name + "-kept") + "/model.safetensors") ==
                bytes(path(name + "-again") + "/model.safetensors"));
    }

    void aCachedTeacherTeachesTheSame()
    {
        RecordingObserver live, cached, again;
        QVERIFY(runJob(makeJob(job("live", {{"steps", 4}})), live));
        // All of the vocabulary is kept, so only the hidden states' rounding to 16 bits is left.
        const nlohmann::json whole = {{"steps", 4}, {"teacher_cache", 1000000}};
        auto result = runJob(makeJob(job("cached", whole)), cached);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        for (std::size_t i = 0; i < 4; ++i) {
            const double expected = live.metrics["loss"][i], got = cached.metrics["loss"][i];
            QVERIFY2(std::abs(got - expected) < 2e-3 * expected,
                     qPrintable(QString("%1 %2").arg(got).arg(expected)));
        }
        QCOMPARE(QDir(m_folder.filePath("cache")).entryList({"teacher-*.cache"}).size(), 1);
        QVERIFY(runJob(makeJob(job("cached-again", whole)), again));
        QVERIFY(again.metrics["loss"] == cached.metrics["loss"]);
        QVERIFY(again.metrics["held_out_kl"] == cached.metrics["held_out_kl"]);
        QVERIFY(!again.phases.contains("caching the teacher's predictions"));
    }

    void aDamagedTeacherCacheIsMadeAgain_data()
    {
        QTest::addColumn<int>("place"); // in bytes; 0: cut off
        QTest::newRow("truncated") << 0;
        QTest::newRow("a bit turned in every record") << kInRecords;
        QTest::newRow("a bit turned in the header") << kInHeader;
    }

    void aDamagedTeacherCacheIsMadeAgain()
    {
        QFETCH(int, place);
        const QString name = QString("damage%1").arg(place);
        const nlohmann::json changes = {{"steps", 2}, {"teacher_cache", 5}, {"hidden_weight", 0.0}};
        RecordingObserver first, second, third;
        const auto caches = [&] { return QDir(m_folder.filePath("cache")).entryList({"teacher-*.cache"}); };
        for (const QString& old : caches())
            QDir(m_folder.filePath("cache/" + old)).removeRecursively();
        QVERIFY(runJob(makeJob(job(name + "a", changes)), first));
        QCOMPARE(caches().size(), 1);
        QFile file(m_folder.filePath("cache/" + caches().front() + "/targets.bin"));
        QVERIFY(file.open(QIODevice::ReadWrite));
        if (place == 0) file.resize(file.size() - 1);
        for (qint64 at = place; at > 0 && at < file.size(); at += place) {
            file.seek(at);
            const QByteArray byte = file.read(1);
            file.seek(at);
            file.write(QByteArray(1, static_cast<char>(byte[0] ^ 4)));
            if (place == kInHeader) break;
        }
        file.close();
        QVERIFY(runJob(makeJob(job(name + "b", changes)), second));
        QVERIFY(second.phases.contains("caching the teacher's predictions"));
        QVERIFY(second.metrics["loss"] == first.metrics["loss"]);
        QVERIFY(runJob(makeJob(job(name + "c", changes)), third));
        QVERIFY(!third.phases.contains("caching the teacher's predictions"));
    }

    void aTeacherReadsOnlyWhatIsTrainedOn()
    {
        for (const QString& old : QDir(m_folder.filePath("cache")).entryList({"teacher-*.cache"}))
            QDir(m_folder.filePath("cache/" + old)).removeRecursively();
        const nlohmann::json cached = {{"steps", 3}, {"teacher_cache", 5}};
        nlohmann::json shorter = cached;
        shorter["steps"] = 1;
        RecordingObserver first, more, again, less;
        QVERIFY(runJob(makeJob(job("part", shorter)), first));
        QVERIFY(runJob(makeJob(job("part-more", cached)), more));
        QVERIFY(more.phases.contains("caching the teacher's predictions"));
        QVERIFY(runJob(makeJob(job("part-again", cached)), again));
        QVERIFY(!again.phases.contains("caching the teacher's predictions"));
        QVERIFY(runJob(makeJob(job("part-less", shorter)), less));
        QVERIFY(!less.phases.contains("caching the teacher's predictions"));
        QVERIFY(again.metrics["loss"] == more.metrics["loss"]);
        QVERIFY(less.metrics["loss"] == first.metrics["loss"]);
    }

    void everyRuleFlipsAndResumesBitForBit_data()
    {
        QTest::addColumn<QString>("rule");
        QTest::addColumn<double>("rate");
        QTest::addColumn<int>("trialEvery");
        QTest::newRow("as published") << "bold" << 1e4 << 0;
        QTest::newRow("latent weights") << "latent" << 0.015 << 0;
        QTest::newRow("noise, flips put to the test") << "noise" << 5e-3 << 2;
    }

    void everyRuleFlipsAndResumesBitForBit()
    {
        QFETCH(QString, rule);
        QFETCH(double, rate);
        QFETCH(int, trialEvery);
        const nlohmann::json changes = {{"bool_rule", rule.toStdString()},
                                        {"bool_lr", rate},
                                        {"trial_every", trialEvery},
                                        {"train_norms", true},
                                        {"learning_rate", 1e-3}};
        SilentObserver silent;
        auto whole = runJob(makeJob(job(rule + "-whole", changes)), silent);
        QVERIFY2(whole, whole ? "" : whole.error().text().c_str());
        QVERIFY((*whole)["flips"].get<std::int64_t>() > 0);
        RecordingObserver stopping;
        stopping.stopAfter = 5;
        QVERIFY(!runJob(makeJob(job(rule + "-parts", changes)), stopping));
        nlohmann::json resumed = changes;
        resumed["resume"] = true;
        auto parts = runJob(makeJob(job(rule + "-parts", resumed)), silent);
        QVERIFY2(parts, parts ? "" : parts.error().text().c_str());
        QVERIFY(bytes(path(rule + "-whole") + "/model.safetensors") ==
                bytes(path(rule + "-parts") + "/model.safetensors"));
    }

    void aStepFlipsNoMoreBitsThanItHasTokens()
    {
        RecordingObserver observer;
        QVERIFY(runJob(makeJob(job("bounded", {{"bool_threshold", 0.0},
                                               {"bool_cap", 1.0},
                                               {"flips_per_token", 2.0},
                                               {"schedule", "constant"},
                                               {"steps", 5}})),
                       observer));
        const auto& flips = observer.metrics["flips"];
        QVERIFY(flips.size() == 5 && flips[2] > 0);
        QVERIFY2(std::ranges::max(flips) <= 2.0 * 2 * 32, QByteArray::number(std::ranges::max(flips)));
    }

    void flipsThatDoNotHelpAreTakenBack()
    {
        // Everything may flip on no evidence at all: the next batch must say no.
        RecordingObserver observer;
        auto result = runJob(makeJob(job("taken-back", {{"bool_threshold", 0.0},
                                                        {"bool_cap", 1.0},
                                                        {"trial_every", 3},
                                                        {"learning_rate", 0.0},
                                                        {"steps", 6}})),
                             observer);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        QVERIFY(observer.metrics["trial_gain"].front() < 0);
        QCOMPARE(observer.metrics["flips"][2], 0.0);
    }

    void normsLearnOnlyWhenAsked()
    {
        SilentObserver silent;
        QVERIFY(runJob(makeJob(job("norms", {{"train_norms", true}})), silent));
        QVERIFY(runJob(makeJob(job("no-norms")), silent));
        const auto norm = [&](const char* folder) {
            auto files = ModelFiles::open(path(folder));
            const TensorInfo* info = files->find("model.norm.weight");
            std::vector<float> values(static_cast<std::size_t>(info->shape.at(0)));
            (void)files->readFloat32(*info, values);
            return values;
        };
        QVERIFY(norm("no-norms") == norm("student"));
        QVERIFY(norm("norms") != norm("student"));
    }

    void aLossThatLeapsSendsTheTrainingBack()
    {
        // Flipping many bits at once on no evidence breaks the model; with the cap halved again and again the
        // training ends well (test_finetune_rollback has the rest).
        RecordingObserver observer;
        auto result = runJob(makeJob(job("guarded", {{"bool_threshold", 0.0},
                                                     {"bool_cap", 0.4},
                                                     {"bool_wait", 10},
                                                     {"learning_rate", 1e-4},
                                                     {"schedule", "constant"},
                                                     {"guard", 1.3},
                                                     {"steps", 16}})),
                             observer);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        QVERIFY((*result)["rollbacks"].get<int>() > 0);
        QCOMPARE(observer.events.front().first, std::string("rollback"));
        QVERIFY(observer.events.front().second.find("back to step 0, flip cap halved") != std::string::npos);
        const auto& loss = observer.metrics["loss"];
        QVERIFY(loss.back() < 1.3 * loss.front());
    }

    void heldOutTextIsMeasuredAndStopsEarlyWithTheBestModel()
    {
        RecordingObserver observer;
        auto result = runJob(makeJob(job("early", {{"eval_every", 2},
                                                   {"patience", 2},
                                                   {"learning_rate", 0.1},
                                                   {"max_grad_norm", 0.0},
                                                   {"guard", 0.0},
                                                   {"train", "scales"},
                                                   {"steps", 40}})),
                             observer);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        QVERIFY((*result)["steps"].get<int>() < 40);
        QCOMPARE(observer.events.back().first, std::string("stop"));
        const auto& kl = observer.metrics["held_out_kl"];
        QVERIFY(kl.back() > *std::min_element(kl.begin(), kl.end()));
        QVERIFY(result->contains("best_step"));
    }

    void resumeWithOtherSettingsIsRefused()
    {
        SilentObserver silent;
        QVERIFY(runJob(makeJob(job("settings")), silent));
        auto result = runJob(makeJob(job("settings", {{"resume", true}, {"learning_rate", 0.05}})), silent);
        QVERIFY(!result);
        QVERIFY(result.error().message.find("learning_rate") != std::string::npos);
    }

    void resumeWithoutCheckpointIsExplained()
    {
        SilentObserver silent;
        auto result = runJob(makeJob(job("nothing-here", {{"resume", true}})), silent);
        QVERIFY(!result);
        QVERIFY(result.error().hint.find("--resume") != std::string::npos);
    }

    void aDamagedCheckpointIsExplained()
    {
        SilentObserver silent;
        QVERIFY(runJob(makeJob(job("damaged")), silent));
        QFile file(QString::fromStdString(path("damaged.checkpoint/booleans.pt")));
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.resize(file.size() / 2);
        file.close();
        auto result = runJob(makeJob(job("damaged", {{"resume", true}, {"steps", 20}})), silent);
        QVERIFY(!result);
        QVERIFY(result.error().code == ErrorCode::BadInput);
        QVERIFY(result.error().message.find("damaged.checkpoint") != std::string::npos);
    }

    void selfDataIsSampledOnceAndThenCached()
    {
        const nlohmann::json self = {{"data", "self"}, {"self_tokens", 256}, {"self_batch", 4}, {"steps", 2}};
        RecordingObserver first, second;
        QVERIFY(runJob(makeJob(job("self1", self)), first));
        QCOMPARE(QDir(m_folder.filePath("cache")).entryList({"self-*.tokens"}).size(), 1);
        QVERIFY(runJob(makeJob(job("self2", self)), second));
        QVERIFY(first.metrics["loss"] == second.metrics["loss"]);
    }
};

QTEST_GUILESS_MAIN(TestFinetune)
#include "test_finetune.moc"
