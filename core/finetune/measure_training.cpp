// SPDX-License-Identifier: Apache-2.0
#include "core/base/system_info.h"
#include "core/engine/device.h"
#include "core/engine/tensor_memory.h"
#include "core/finetune/bench_finetune.h"
#include "core/finetune/finetune_setup.h"
#include "core/finetune/trainer.h"

#include <ATen/Parallel.h>
#include <chrono>
#include <ctime>
#include <limits>
#include <torch/utils.h>

namespace boolab
{

namespace
{

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Of all threads: what a step costs where other programs run beside it.
double processSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Operations per second of a large square product, the best of several.
double gemmRate(at::ScalarType dtype)
{
    constexpr std::int64_t kSize = 2048;
    constexpr int kRepeats = 4;
    const at::Tensor a = at::randn({kSize, kSize}).to(dtype), b = at::randn({kSize, kSize}).to(dtype);
    double best = std::numeric_limits<double>::infinity();
    for (int i = 0; i < kRepeats; ++i) {
        const auto start = std::chrono::steady_clock::now();
        at::mm(a, b);
        best = std::min(best, secondsSince(start));
    }
    return 2.0 * kSize * kSize * kSize / best;
}

std::int64_t bytesOf(const LlamaModel& model)
{
    const LlamaWeights& weights = model.weights();
    std::size_t bytes = weights.embedding.nbytes() + weights.finalNorm.nbytes();
    if (!weights.head.is_same(weights.embedding)) bytes += weights.head.nbytes();
    for (const LlamaBlock& block : weights.blocks) {
        bytes += block.attentionNorm.nbytes() + block.mlpNorm.nbytes();
        for (const Linear* linear : {block.query.get(), block.key.get(), block.value.get(),
                                     block.output.get(), block.gate.get(), block.up.get(), block.down.get()})
            if (const auto* dense = dynamic_cast<const DenseLinear*>(linear))
                bytes += dense->weight().nbytes();
    }
    return static_cast<std::int64_t>(bytes);
}

Result<Job> trainingJob(const BenchFinetuneConfig& config, const std::string& rule)
{
    return Job::fromJson({{"kind", "finetune"},
                          {"student", config.student},
                          {"teacher", config.teacher},
                          {"data", config.data},
                          {"output", config.student + ".bench"},
                          {"seq_len", config.sequenceLength},
                          {"batch_size", config.batch},
                          {"steps", config.steps + 1},
                          {"dtype", config.dtype},
                          {"activation_checkpointing", config.checkpointing},
                          {"bool_rule", rule}},
                         "bench finetune");
}

} // namespace

Result<nlohmann::json> measureTraining(const BenchFinetuneConfig& config, const std::string& rule,
                                       JobObserver& observer)
{
    useTensorArenas();
    at::mm(at::ones({64, 64}), at::ones({64, 64}));
    const std::int64_t runtime = residentMemoryBytes();
    const auto job = trainingJob(config, rule);
    if (!job) return std::unexpected(job.error());
    auto setup = openFinetune(*job, observer);
    if (!setup) return std::unexpected(setup.error());
    auto ids = openTrainingTokens(*job, *setup, observer);
    if (!ids) return std::unexpected(ids.error());
    auto data = TrainingData::make(std::move(*ids), config.sequenceLength, 0, config.data);
    if (!data) return std::unexpected(data.error());
    const auto teacher = liveTeacher(*setup->teacher.model, comparedEvery(*job));
    Trainer trainer(setup->student, *teacher, trainerConfig(*job));

    restartPeakMemory();
    StepResult first;
    double best = std::numeric_limits<double>::infinity(), bestCpu = best;
    for (std::int64_t t = 1; t <= config.steps + 1; ++t) {
        const auto start = std::chrono::steady_clock::now();
        const double cpu = processSeconds();
        const StepResult step = trainer.step(t, *data);
        if (t == 1) {
            first = step;
            continue;
        }
        best = std::min(best, secondsSince(start));
        bestCpu = std::min(bestCpu, processSeconds() - cpu);
    }
    const std::int64_t peak = peakResidentMemoryBytes();
    const torch::NoGradGuard noGrad;
    return nlohmann::json{
        {"loss_kl", first.kl},
        {"loss_hidden", first.hidden},
        {"seconds", best},
        {"cpu_seconds", bestCpu},
        {"peak_memory_bytes", peak},
        {"runtime_bytes", runtime},
        {"teacher_bytes", bytesOf(*setup->teacher.model)},
        {"dtype", dtypeName(setup->student.model->options().dtype().toScalarType())},
        {"threads", at::get_num_threads()},
        {"gemm_flops", {{"float32", gemmRate(at::kFloat)}, {"bfloat16", gemmRate(at::kBFloat16)}}}};
}

} // namespace boolab
