// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/training.h"
#include "tests/cuda/op_checks.h"
#include "tests/kernels/golden_vectors.h"

namespace boolab::kernels::cuda
{

/// Compares scale gradients and flip steps with the CPU's vector code, bit for bit, and with the scalar
/// reference: shapes around tiles, segments and pieces of rows, one to eight kernels, several steps and
/// micro-batches, every kind of cap, ties, values that are not finite, zero and denormal scales. Says on
/// stderr what differs. The number of checks that failed.
int check_training(TrainingOps& ops, CheckSize size);
/// Compares flip steps with what golden vectors expect in place of the CPU's answer.
int check_golden(TrainingOps& ops, const std::vector<FlipVectors>& vectors);

} // namespace boolab::kernels::cuda
