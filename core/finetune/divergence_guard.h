// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/finetune/training_position.h"
#include "core/jobs/job.h"

#include <string>

namespace boolab
{

/// Whether a step's loss says that the training diverged: it is not finite, or more than `factor` times the
/// usual loss (a running mean, kept in the position). A factor of 0 only minds losses that are not finite.
/// Losses that are fine move the mean.
bool diverged(double loss, double factor, TrainingPosition& position);

/// Slows down what may have led a training astray, before it is tried again: what moves the bits, by the
/// job's rule, and the learning rate of the scales where no bit had flipped. Returns what was halved.
std::string brake(const Job& job, bool bitsFlipped, TrainingPosition& position);
/// The options that would have slowed down the same.
std::string brakingOptions(const Job& job);

} // namespace boolab
