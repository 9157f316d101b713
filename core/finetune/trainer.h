// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boolean/bool_optimizer.h"
#include "core/finetune/distillation_loss.h"
#include "core/finetune/training_data.h"
#include "core/model/model_loader.h"

#include <torch/optim/adamw.h>

namespace boolab
{

struct TrainerConfig {
    std::int64_t steps = 200, batchSize = 1, gradientAccumulation = 1;
    double learningRate = 5e-4, weightDecay = 0, maxGradientNorm = 1.0;
    std::int64_t warmupSteps = 10, hiddenEvery = 5;
    DistillationConfig distillation;
    BoolOptimizerConfig boolean;
};

struct StepResult {
    double loss = 0, kl = 0, hidden = 0; ///< means over the micro-batches
    double gradientNorm = 0;             ///< of the scales, before clipping
    double learningRate = 0;
    std::int64_t flips = 0;
};

/// Linear warm-up to 1, then half a cosine to 0; step from 1.
double scheduleAt(std::int64_t step, std::int64_t steps, std::int64_t warmup);

/// Distils the teacher into the student: AdamW on the scales, the Boolean optimizer on the bits. Owns the
/// optimizers; the models belong to the caller and outlive it.
class Trainer
{
public:
    Trainer(LoadedModel& student, LlamaModel& teacher, const TrainerConfig& config);

    /// Step t from 1. A loss that is not finite changes nothing and returns as it is.
    StepResult step(std::int64_t t, const TrainingData& data);

    const std::vector<std::int64_t>& lastFlips() const { return m_lastFlips; }
    BoolOptimizer& booleans() { return m_booleans; }
    torch::optim::AdamW& scales() { return m_scales; }
    std::vector<at::Tensor> scaleParameters() const { return m_parameters; }

private:
    LoadedModel& m_student;
    LlamaModel& m_teacher;
    TrainerConfig m_config;
    std::vector<at::Tensor> m_parameters;
    torch::optim::AdamW m_scales;
    BoolOptimizer m_booleans;
    std::vector<std::int64_t> m_lastFlips;
};

} // namespace boolab
