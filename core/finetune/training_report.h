// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/finetune/bit_drift.h"
#include "core/finetune/trainer.h"
#include "core/finetune/training_position.h"
#include "core/jobs/job_observer.h"

namespace boolab
{

/// The layers' names and kernel counts, once per run.
void reportLayers(const LoadedModel& student, const TrainingPosition& position, JobObserver& observer);
/// What a step did.
void reportStep(const StepResult& step, Trainer& trainer, const TrainingPosition& position,
                double tokensPerSecond, JobObserver& observer);
/// How far the student is from its start.
void reportDrift(const BitDrift& drift, const LoadedModel& student, Trainer& trainer,
                 const TrainingPosition& position, JobObserver& observer);

/// Of the trained bits.
struct BitShares {
    double flipped = 0;     ///< differ from the start
    double flippedBack = 0; ///< flips that came back, per bit
    double everFlipped = 0; ///< flipped at some time, whether or not they came back
};
/// Only where bits are trained.
BitShares bitShares(const BitDrift& drift, const LoadedModel& student, Trainer& trainer,
                    const TrainingPosition& position);

} // namespace boolab
