// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/finetune/training_position.h"

namespace boolab
{

/// Whether a step's loss says that the training diverged: it is not finite, or more than `factor` times the
/// usual loss (a running mean, kept in the position). A factor of 0 only minds losses that are not finite.
/// Losses that are fine move the mean.
bool diverged(double loss, double factor, TrainingPosition& position);

} // namespace boolab
