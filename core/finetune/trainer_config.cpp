// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/trainer.h"

#include <algorithm>
#include <cmath>

namespace boolab
{

namespace
{

TrainedKernels trainedFromName(const std::string& name)
{
    if (name == "first") return TrainedKernels::First;
    if (name == "all") return TrainedKernels::All;
    return name == "scales" ? TrainedKernels::None : TrainedKernels::Last;
}

BoolRule ruleFromName(const std::string& name)
{
    if (name == "bold") return BoolRule::Bold;
    return name == "latent" ? BoolRule::Latent : BoolRule::Noise;
}

Schedule scheduleFromName(const std::string& name)
{
    if (name == "linear") return Schedule::Linear;
    return name == "constant" ? Schedule::Constant : Schedule::Cosine;
}

} // namespace

TrainerConfig trainerConfig(const Job& job, std::int64_t ranks)
{
    TrainerConfig config;
    config.steps = job.integer("steps");
    config.batchSize = job.integer("batch_size");
    config.gradientAccumulation = job.integer("grad_accum");
    config.learningRate = job.real("learning_rate");
    config.weightDecay = job.real("weight_decay");
    config.maxGradientNorm = job.real("max_grad_norm");
    config.warmupSteps = job.integer("warmup");
    config.schedule = scheduleFromName(job.text("schedule"));
    config.hiddenEvery = comparedEvery(job);
    config.trainNorms = job.on("train_norms");
    config.tokensPerStep = sequencesPerStep(job, ranks) * job.integer("seq_len");
    config.flipsPerToken = job.real("flips_per_token");
    config.trialEvery = job.integer("trial_every");
    config.distillation.temperature = job.real("temperature");
    config.distillation.hiddenWeight = job.real("hidden_weight");
    config.distillation.sumOverTokens = job.text("kd_reduction") == "batchmean";
    config.boolean.trained = trainedFromName(job.text("train"));
    config.boolean.rule = ruleFromName(job.text("bool_rule"));
    config.boolean.beta = job.real("bool_beta");
    config.boolean.threshold = job.real("bool_threshold");
    config.boolean.clip = job.real("bool_clip");
    config.boolean.cap = job.real("bool_cap");
    config.boolean.exactAccumulation = job.on("exact_accumulation");
    config.boolean.waitSteps = job.integer("bool_wait");
    config.boolean.learningRate = job.real("bool_lr");
    config.boolean.seed = static_cast<std::uint64_t>(job.integer("seed"));
    return config;
}

std::int64_t sequencesPerStep(const Job& job, std::int64_t ranks)
{
    return job.integer("batch_size") * job.integer("grad_accum") * ranks;
}

std::int64_t sequencesRead(const Job& job, std::int64_t steps, std::int64_t ranks)
{
    // Flips are put to the test on the next step's batch.
    const std::int64_t batches = steps + (job.integer("trial_every") > 0 ? 1 : 0);
    return batches * sequencesPerStep(job, ranks);
}

std::int64_t trainingSteps(const Job& job, std::int64_t sequences, std::int64_t ranks)
{
    const double epochs = job.real("epochs");
    if (epochs <= 0) return job.integer("steps");
    const auto perStep = static_cast<double>(sequencesPerStep(job, ranks));
    return std::max<std::int64_t>(1, std::llround(epochs * static_cast<double>(sequences) / perStep));
}

void applySetting(Trainer& trainer, const std::string& key, const nlohmann::json& value)
{
    const double number = value.is_number() ? value.get<double>() : 0.0;
    if (key == "learning_rate") trainer.config().learningRate = number;
    if (key == "bool_threshold") trainer.booleans().config().threshold = number;
    if (key == "flips_per_token") trainer.config().flipsPerToken = number;
    if (key == "bool_lr") trainer.booleans().config().learningRate = number;
    if (key == "bool_cap") trainer.booleans().config().cap = number;
}

} // namespace boolab
