// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/training_report.h"

#include "core/base/system_info.h"

#include <numeric>

namespace boolab
{

void reportLayers(const LoadedModel& student, const TrainingPosition& position, JobObserver& observer)
{
    std::vector<std::string> names;
    std::vector<float> counts;
    for (const auto& layer : student.booleanLayers) {
        names.push_back(layer->name());
        counts.push_back(static_cast<float>(layer->kernelCount()));
    }
    observer.layers(names);
    observer.layerStats(position.step, "kernel_count", counts);
}

void reportStep(const StepResult& step, Trainer& trainer, const TrainingPosition& position,
                double tokensPerSecond, JobObserver& observer)
{
    const std::int64_t t = position.step;
    observer.metric(t, "loss", step.loss);
    observer.metric(t, "loss_kl", step.kl);
    observer.metric(t, "loss_hidden", step.hidden);
    observer.metric(t, "learning_rate", step.learningRate);
    observer.metric(t, "grad_norm", step.gradientNorm);
    observer.metric(t, "tokens_per_second", tokensPerSecond);
    observer.metric(t, "memory_bytes", static_cast<double>(residentMemoryBytes()));
    const auto trained = static_cast<double>(trainer.booleans().trainedWeights());
    if (trained == 0) return;
    observer.metric(t, "flips", static_cast<double>(step.flips));
    observer.metric(t, "bool_signal_norm", trainer.booleans().signalNorm());
    if (const auto rate = trainer.booleans().learningRate()) observer.metric(t, "bool_learning_rate", *rate);
    observer.metric(t, "flips_total", static_cast<double>(position.totalFlips));
    observer.metric(t, "flip_rate", static_cast<double>(step.flips) / trained);
    const bool readsCap = trainer.booleans().config().rule == BoolRule::Noise;
    if (step.cap > 0 && readsCap) observer.metric(t, "cap", step.cap);
    if (step.trial) observer.metric(t, "trial_gain", step.trial->gain);
    observer.layerStats(t, "flips", {trainer.lastFlips().begin(), trainer.lastFlips().end()});
}

void reportDrift(const BitDrift& drift, const LoadedModel& student, Trainer& trainer,
                 const TrainingPosition& position, JobObserver& observer)
{
    const std::int64_t t = position.step;
    const std::vector<float> scales = drift.scaleDrift(student);
    observer.layerStats(t, "scale_drift", scales);
    observer.metric(t, "scale_drift",
                    std::accumulate(scales.begin(), scales.end(), 0.0) / static_cast<double>(scales.size()));
    const auto trained = static_cast<double>(trainer.booleans().trainedWeights());
    if (trained == 0) return;
    const BitShares shares = bitShares(drift, student, trainer, position);
    observer.metric(t, "flipped_share", shares.flipped);
    observer.metric(t, "flipped_back_share", shares.flippedBack);
    observer.metric(t, "ever_flipped_share", shares.everFlipped);
}

BitShares bitShares(const BitDrift& drift, const LoadedModel& student, Trainer& trainer,
                    const TrainingPosition& position)
{
    // A bit's flips go away from the start and back in turn, so flips = away + back and changed = away -
    // back.
    const auto trained = static_cast<double>(trainer.booleans().trainedWeights());
    const auto changed = static_cast<double>(drift.changedBits(student));
    const auto flips = static_cast<double>(position.totalFlips);
    // What differs has flipped, also where the mask does not know: it is younger than the training if an
    // older Boolab wrote the checkpoint.
    const auto returned = static_cast<double>(drift.returnedBits(student, trainer.booleans().everFlipped()));
    return {.flipped = changed / trained,
            .flippedBack = (flips - changed) / 2 / trained,
            .everFlipped = (changed + returned) / trained};
}

} // namespace boolab
