// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bool_kernels.h"

namespace boolab::kernels
{

/// W (M, N) = sum_k scaleOut_k scaleIn_k^T * B_k, summed over k in ascending order in float32 (every ISA
/// alike); the second form rounds to bfloat16 (nearest even).
void dense_weight_f32(const BoolKernels& layer, float* W, int threads);
void dense_weight_bf16(const BoolKernels& layer, std::uint16_t* W, int threads);

} // namespace boolab::kernels
