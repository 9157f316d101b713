// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/training.h"

namespace boolab
{

/// Compares the ops that a training uses with the CPU's, bit for bit, on one small layer: dense weights,
/// scale gradients and two flip steps. Takes milliseconds. Fails where the device does, or names the first op
/// that differs.
kernels::cuda::Outcome<void> checkCudaOps(kernels::cuda::TrainingOps& ops);

} // namespace boolab
