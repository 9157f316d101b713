// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/divergence_guard.h"

#include <cmath>

namespace boolab
{

namespace
{

constexpr double kKeep = 0.9;
constexpr std::int64_t kLossesBeforeJudging = 10;
constexpr double kBrake = 0.5;

bool trainsBits(const Job& job)
{
    return job.text("train") != "scales";
}

/// The other rules flip whatever their rate has carried far enough.
bool readsCap(const Job& job)
{
    return job.text("bool_rule") == "noise";
}

} // namespace

bool diverged(double loss, double factor, TrainingPosition& position)
{
    if (!std::isfinite(loss)) return true;
    const bool judged = factor > 0 && position.lossesSeen >= kLossesBeforeJudging;
    if (judged && loss > factor * position.usualLoss) return true;
    position.usualLoss = position.lossesSeen == 0 ? loss : kKeep * position.usualLoss + (1 - kKeep) * loss;
    ++position.lossesSeen;
    return false;
}

std::string brake(const Job& job, bool bitsFlipped, TrainingPosition& position)
{
    std::string braked;
    if (trainsBits(job)) {
        (readsCap(job) ? position.capFactor : position.boolRateFactor) *= kBrake;
        braked = readsCap(job) ? "flip cap" : "rate of the bits";
    }
    if (bitsFlipped) return braked;
    position.rateFactor *= kBrake;
    return braked + (braked.empty() ? "" : " and ") + "learning rate";
}

std::string brakingOptions(const Job& job)
{
    if (!trainsBits(job)) return "--lr";
    return readsCap(job) ? "--lr or --bool-cap" : "--lr or --bool-lr";
}

} // namespace boolab
