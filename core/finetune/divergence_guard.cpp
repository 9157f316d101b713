// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/divergence_guard.h"

#include <cmath>

namespace boolab
{

namespace
{

constexpr double kKeep = 0.9;
constexpr std::int64_t kLossesBeforeJudging = 10;

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

} // namespace boolab
