// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boolean/bool_optimizer.h"
#include "core/finetune/distillation_loss.h"
#include "core/finetune/teacher_source.h"
#include "core/finetune/training_data.h"
#include "core/jobs/job.h"
#include "core/model/model_loader.h"
#include "core/model/norms.h"

#include <torch/optim/adamw.h>

namespace boolab
{

enum class Schedule { Cosine, Linear, Constant };

struct TrainerConfig {
    std::int64_t steps = 200;
    std::int64_t batchSize = 1, gradientAccumulation = 1; ///< of one rank
    double learningRate = 5e-4, weightDecay = 0, maxGradientNorm = 1.0;
    Schedule schedule = Schedule::Cosine;
    std::int64_t warmupSteps = 10;
    std::int64_t hiddenEvery = 5; ///< blocks whose outputs are compared; 0: none
    bool trainNorms = false;
    std::int64_t tokensPerStep = 0; ///< of all ranks
    /// At most so many bits flip in a step for each of its tokens, spread evenly over the trained ones; 0:
    /// any.
    double flipsPerToken = 0;
    std::int64_t trialEvery = 0; ///< steps between flips that are put to the test; 0: flips at every step
    DistillationConfig distillation;
    BoolOptimizerConfig boolean;
};

/// Sequences that a step of `ranks` ranks learns from.
std::int64_t sequencesPerStep(const Job& job, std::int64_t ranks);
/// Positions of the data's endless order that a training of so many steps reads, from the first on.
std::int64_t sequencesRead(const Job& job, std::int64_t steps, std::int64_t ranks);
/// Of one of `ranks` ranks.
TrainerConfig trainerConfig(const Job& job, std::int64_t ranks = 1);
/// Steps of the whole training by `ranks` ranks: as told, or as many as the epochs need.
std::int64_t trainingSteps(const Job& job, std::int64_t sequences, std::int64_t ranks);

/// Flips that were measured on the next batch, with and without, and kept only if they helped.
struct FlipTrial {
    double gain = 0; ///< loss without the flips - loss with them
    bool kept = false;
};

struct StepResult {
    double loss = 0, kl = 0, hidden = 0; ///< means over the micro-batches
    double gradientNorm = 0;             ///< of the scales, before clipping
    double learningRate = 0;
    double cap = 0; ///< largest share of a layer's bits that might flip at this step
    std::int64_t flips = 0;
    std::optional<FlipTrial> trial; ///< of rank 0
};

/// Linear warm-up to 1, then the schedule's way to 0; step from 1.
double scheduleAt(std::int64_t step, std::int64_t steps, std::int64_t warmup,
                  Schedule schedule = Schedule::Cosine);

/// Distils the teacher into the student: AdamW on the scales (and norms), the Boolean optimizer on the bits.
/// Owns the optimizers; student and teacher belong to the caller and outlive it.
class Trainer
{
public:
    /// `exchange`: with the ranks that learn from the other parts of every batch; null where there are none.
    Trainer(LoadedModel& student, TeacherSource& teacher, const TrainerConfig& config,
            GradientExchange* exchange = nullptr);

    /// Step t from 1; `capFactor`, `rateFactor` and `boolRateFactor` scale flip cap, learning rate and the
    /// rate of the bits. A loss or a gradient norm that is not finite is returned as it is; scales stay, but
    /// momenta may have taken in micro-batches, and bits may have flipped: go back to a checkpoint.
    StepResult step(std::int64_t t, const TrainingData& data, double capFactor = 1, double rateFactor = 1,
                    double boolRateFactor = 1);

    /// After a step that threw RankLost: the state of the step before, where booleans().keepUndo() was on.
    void undoStep() { m_booleans.undoStep(); }

    const std::vector<std::int64_t>& lastFlips() const { return m_lastFlips; }
    TrainerConfig& config() { return m_config; } ///< what may change between steps
    BoolOptimizer& booleans() { return m_booleans; }
    torch::optim::AdamW& scales() { return m_scales; }
    const std::vector<NamedTensor>& norms() const { return m_norms; } ///< trained ones, float32

private:
    DistillationLoss lossOf(const at::Tensor& ids, const TeacherTargets& targets);
    void accumulate(std::int64_t t, const TrainingData& data, StepResult& result);
    /// Where several ranks train: losses and gradients become those of the whole batch.
    void shareLosses(StepResult& result);
    void shareGradients();
    std::int64_t ranks() const { return m_exchange == nullptr ? 1 : m_exchange->size(); }
    /// Largest share of a layer's bits that may flip at a step, before schedule and guard.
    double flipCap() const;
    FlipTrial tryFlips(std::int64_t t, const TrainingData& data);
    bool trialDue(std::int64_t t) const;

    LoadedModel& m_student;
    TeacherSource& m_teacher;
    TrainerConfig m_config;
    GradientExchange* m_exchange = nullptr;
    std::vector<NamedTensor> m_norms;
    std::vector<at::Tensor> m_parameters;
    torch::optim::AdamW m_scales;
    BoolOptimizer m_booleans;
    std::vector<std::int64_t> m_lastFlips;
};

/// A live option's new value; others change nothing.
void applySetting(Trainer& trainer, const std::string& key, const nlohmann::json& value);

} // namespace boolab
