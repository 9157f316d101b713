// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/finetune/best_students.h"
#include "core/finetune/bit_drift.h"
#include "core/finetune/checkpoint_keeper.h"
#include "core/finetune/finetune_setup.h"
#include "core/finetune/held_out.h"
#include "core/finetune/rank_leader.h"
#include "core/finetune/text_sampler.h"
#include "core/finetune/trainer.h"

#include <optional>

namespace boolab
{

/// What a training without its models needs.
struct TrainingTexts {
    TrainingData data;
    HeldOut heldOut;
    std::optional<TextSampler> sampler;
};

/// The steps of one finetune and all that happens between them: recording, held-out evaluation, checkpoints,
/// requests and changed settings, the way back after a divergence, the early stop.
class TrainingLoop
{
public:
    /// All outlive it. `steps`: of the whole training. `group`: the ranks that this one, rank 0, trains with.
    TrainingLoop(const Job& job, FinetuneSetup& setup, TeacherSource& teacher, const TrainingTexts& texts,
                 std::int64_t steps, JobObserver& observer, RankGroup* group = nullptr);

    /// Momenta, moments and AdamW's state of the checkpoint that the setup was read from.
    Status restore();
    /// To the last step, or an early end. ErrorCode::Stopped on request; the checkpoint is written then.
    Status run();

    Trainer& trainer() { return *m_trainer; }
    nlohmann::json result() const;
    /// The folder of the best student so far, where early stopping keeps one and it beats the last one.
    std::optional<std::filesystem::path> bestStudent() const;

private:
    void makeTrainer();
    Status runSteps();
    Status step();
    StepResult trainStep();
    Status endAfterLoss(const RankLost& lost);
    Status writeCheckpointNow();
    Error withLastCheckpoint(Error error) const;
    bool wentWrong(const StepResult& step);
    Status goBack(const StepResult& step);
    Result<CheckpointHead> whereToGoBack();
    void keepBestStudents() const;
    Status evaluateHeldOut();
    Status keepIfBest(double kl);
    Status saveIfDue(JobObserver::Command command);
    void takeChanges();
    void learnFromTrial(const FlipTrial& trial);
    std::int64_t tokensPerStep() const;
    bool every(const char* key) const; ///< whether the option's interval ends at this step

    const Job& m_job;
    FinetuneSetup& m_setup;
    TeacherSource& m_teacher;
    const TrainingTexts& m_texts;
    JobObserver& m_observer;
    std::int64_t m_steps = 0;
    CheckpointKeeper m_checkpoints;
    BestStudents m_best;
    RankLeader m_leader;
    std::unique_ptr<Trainer> m_trainer;
    std::optional<BitDrift> m_drift;
    std::optional<ModelFiles> m_resumedFiles; ///< the student may still lie in their memory
    std::int64_t m_stepsDone = 0;             ///< of this process
    std::int64_t m_exchangedBytes = 0;        ///< of this process
    double m_seconds = 0;
};

} // namespace boolab
