// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/training.h"

/// Prints how long scale gradients and a flip step of a layer M x N take, without copies of G, and the bytes
/// that they must move per second. False where something failed.
bool measure_training(boolab::kernels::cuda::TrainingOps& ops, std::int64_t M, std::int64_t N);
