// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/dense_weight.h"

namespace boolab::kernels::cuda
{

/// Compares the dense weight, float and bfloat16, from fragments and from rows of bits, with the CPU's, bit
/// for bit. Says on stderr what differs. The number of checks that failed.
int check_dense(const Device& device);

} // namespace boolab::kernels::cuda
