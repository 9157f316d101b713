// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/memory_estimate.h"
#include "core/jobs/model_shape.h"
#include "core/jobs/text_format.h"

#include <QtTest>

using namespace boolab;

class TestMemoryEstimate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsTheWeightsOfSmolLm2();
    void countsTheWeightsOfLlama2();
    void kernelsComeFromTheStudentsConfig();
    void diskOfAConversionIsBitsScalesAndTheRest();
    void finetuneListsEveryPart();
    void longerSequencesNeedMore();
    void optionsThatSaveMemorySaveIt();
    void severalChangesAreNamedWhereOneIsNotEnough();
    void refusesWithWhatWouldFit();
    void refusesTooLittleDisk();
    void saysThatNothingCanBeWrittenBelowProc();
    void forceStartsAllTheSame();
};

namespace
{

ModelConfig smolLm2()
{
    ModelConfig config;
    config.modelType = "llama";
    config.vocabSize = 49152;
    config.hiddenSize = 576;
    config.intermediateSize = 1536;
    config.numLayers = 30;
    config.numHeads = 9;
    config.numKvHeads = 3;
    config.headDim = 64;
    config.maxPositions = 8192;
    config.tieWordEmbeddings = true;
    config.source = nlohmann::json::object();
    return config;
}

Job finetuneJob()
{
    Job job(JobKind::Finetune);
    (void)job.set("dtype", "float32");
    (void)job.set("output", "/tmp/out");
    return job;
}

std::int64_t part(const MemoryEstimate& estimate, std::string_view name)
{
    for (const auto& part : estimate.parts)
        if (part.name == name) return part.bytes;
    return -1;
}

} // namespace

void TestMemoryEstimate::countsTheWeightsOfSmolLm2()
{
    // 134,515,008 is what transformers counts.
    QCOMPARE(static_cast<std::int64_t>(ModelShape(smolLm2()).allWeights()), std::int64_t{134515008});
}

void TestMemoryEstimate::countsTheWeightsOfLlama2()
{
    ModelConfig config = smolLm2();
    config.vocabSize = 32000;
    config.hiddenSize = 4096;
    config.intermediateSize = 11008;
    config.numLayers = config.numHeads = config.numKvHeads = 32;
    config.headDim = 128;
    config.tieWordEmbeddings = false;
    // Llama-2-7B's published count.
    QCOMPARE(static_cast<std::int64_t>(ModelShape(config).allWeights()), std::int64_t{6738415616});
}

void TestMemoryEstimate::kernelsComeFromTheStudentsConfig()
{
    ModelConfig config = smolLm2();
    QCOMPARE(ModelShape(config).kernels, 3.0);
    config.source["quantization_config"] = {{"kernel_counts", {{"a", 2}, {"b", 3}}}};
    QCOMPARE(ModelShape(config).kernels, 2.5);
    config.source["quantization_config"] = {{"kernel_counts", "broken"}};
    QCOMPARE(ModelShape(config).kernels, 3.0);
}

void TestMemoryEstimate::diskOfAConversionIsBitsScalesAndTheRest()
{
    Job job(JobKind::Convert);
    QVERIFY(job.set("kernels", 2));
    const double linear = 30.0 * (2 * 576 * 576 + 2 * 576 * 192 + 3 * 576 * 1536);
    const double sides = 30.0 * (2 * 1152 + 2 * 768 + 3 * 2112);
    const double expected = 2 * (linear / 8 + sides * 2) + 2 * (49152.0 * 576 + 61 * 576);
    // Beside the output the converted layers are kept, with wide scales, until it is written.
    const double kept = 2 * (linear / 8 + sides * 4);
    QCOMPARE(estimateMemory(smolLm2(), job).diskBytes, static_cast<std::int64_t>(expected + kept));
}

void TestMemoryEstimate::finetuneListsEveryPart()
{
    const MemoryEstimate estimate = estimateMemory(smolLm2(), finetuneJob());
    QCOMPARE(part(estimate, "teacher weights"), std::int64_t{134515008} * 4);
    QCOMPARE(part(estimate, "student bits"), std::int64_t{3} * 106168320 / 8);
    QCOMPARE(part(estimate, "Boolean momentum (16 bit)"), std::int64_t{2} * 106168320);
    QVERIFY(part(estimate, "activations") > 0);
    QCOMPARE(part(estimate, "cache of the sampling teacher"), std::int64_t{-1});
    Job scales = finetuneJob();
    QVERIFY(scales.set("train", "scales"));
    QCOMPARE(part(estimateMemory(smolLm2(), scales), "Boolean momentum (16 bit)"), std::int64_t{-1});
    Job self = finetuneJob();
    // Sampling comes before the training; where it needs more, its parts are told.
    QVERIFY(self.set("data", "self") && self.set("self_batch", 64));
    QVERIFY(part(estimateMemory(smolLm2(), self), "cache of the sampling teacher") > 0);
}

void TestMemoryEstimate::longerSequencesNeedMore()
{
    Job longer = finetuneJob();
    QVERIFY(longer.set("seq_len", 1024));
    QVERIFY(estimateMemory(smolLm2(), longer).totalBytes() >
            estimateMemory(smolLm2(), finetuneJob()).totalBytes());
}

void TestMemoryEstimate::optionsThatSaveMemorySaveIt()
{
    const std::int64_t plain = estimateMemory(smolLm2(), finetuneJob()).totalBytes();
    const auto with = [&](const char* key, const nlohmann::json& value) {
        Job job = finetuneJob();
        (void)job.set(key, value);
        return estimateMemory(smolLm2(), job).totalBytes();
    };
    // One sequence of 512 tokens in 30 blocks, of which all but one are computed again.
    QVERIFY(plain - with("activation_checkpointing", true) > 400000000);
    // The teacher without its head.
    QVERIFY(plain - with("teacher_cache", 64) > 400000000);
    QVERIFY(with("bool_rule", "latent") - plain > std::int64_t{9} * 106168320);
    Job accumulated = finetuneJob();
    QVERIFY(accumulated.set("grad_accum", 8));
    QCOMPARE(estimateMemory(smolLm2(), accumulated).totalBytes(), plain);
}

void TestMemoryEstimate::severalChangesAreNamedWhereOneIsNotEnough()
{
    Job job = finetuneJob();
    Job both = job;
    QVERIFY(both.set("activation_checkpointing", true) && both.set("teacher_cache", 64));
    const std::int64_t enough = estimateMemory(smolLm2(), both).totalBytes();
    const auto refused = checkResources(job, smolLm2(), {enough, -1});
    QVERIFY(!refused);
    const QString hint = QString::fromStdString(refused.error().hint);
    QVERIFY2(hint.contains("--activation-checkpointing --teacher-cache 64 (" +
                           QString::fromStdString(formatBytes(enough)) + ")"),
             qPrintable(hint));
}

void TestMemoryEstimate::refusesWithWhatWouldFit()
{
    Job job = finetuneJob();
    QVERIFY(job.set("batch_size", 4));
    Job smaller = job;
    QVERIFY(smaller.set("batch_size", 2));
    const std::int64_t enough = estimateMemory(smolLm2(), smaller).totalBytes();
    const auto refused = checkResources(job, smolLm2(), {enough, -1});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::OutOfMemory);
    const QString hint = QString::fromStdString(refused.error().hint);
    QVERIFY2(hint.contains("--batch-size 2 (" + QString::fromStdString(formatBytes(enough)) + ")"),
             qPrintable(hint));
    Job checkpointed = job;
    QVERIFY(checkpointed.set("activation_checkpointing", true));
    const std::int64_t less = estimateMemory(smolLm2(), checkpointed).totalBytes();
    QVERIFY(less < enough);
    QVERIFY2(hint.contains("--activation-checkpointing (" + QString::fromStdString(formatBytes(less)) + ")"),
             qPrintable(hint));
    QVERIFY2(!hint.contains("--train"), "an option that does not help alone is not named");
    QVERIFY(checkResources(smaller, smolLm2(), {enough, -1}));

    const auto hopeless = checkResources(job, smolLm2(), {1000000, -1});
    QVERIFY(!hopeless);
    QVERIFY(QString::fromStdString(hopeless.error().hint).contains("smaller model"));
}

void TestMemoryEstimate::refusesTooLittleDisk()
{
    Job job(JobKind::Convert);
    QVERIFY(job.set("output", "/data/out"));
    const auto refused = checkResources(job, smolLm2(), {-1, 1000});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::OutOfDisk);
    QVERIFY(QString::fromStdString(refused.error().message).startsWith("/data/out: convert needs about"));
    QVERIFY(checkResources(job, smolLm2(), {-1, -1}));
}

void TestMemoryEstimate::saysThatNothingCanBeWrittenBelowProc()
{
    Job job(JobKind::Convert);
    QVERIFY(job.set("output", "/proc/model"));
    const auto refused = checkResources(job, smolLm2(), availableResources(job));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Io);
    QVERIFY2(refused.error().message.starts_with("/proc/model: cannot be written"),
             refused.error().message.c_str());
}

void TestMemoryEstimate::forceStartsAllTheSame()
{
    Job job = finetuneJob();
    QVERIFY(job.set("force", true));
    QVERIFY(checkResources(job, smolLm2(), {1, 1}));
}

QTEST_GUILESS_MAIN(TestMemoryEstimate)
#include "test_memory_estimate.moc"
