// SPDX-License-Identifier: Apache-2.0
// What lies between a block's linear layers, each one pass over memory forward and one backward, keeping for
// the backward pass no more than its inputs. float32 or bfloat16 on the CPU;
// elsewhere LibTorch's operators do the same (block_expressions.h).
#pragma once

#include <torch/types.h>

namespace boolab
{

/// x * weight / rms(x) over the last dimension (RMSNorm, arXiv 1910.07467), rounded as transformers rounds
/// it. x (…, C), weight (C).
at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps);

/// silu(gate) * up, both (…, F).
at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up);

/// x (B, T, H, D) with every head rotated by its position's angles; cosine, sine (T, D) float32
/// (kernels/rotate_heads.h).
at::Tensor rotateHeads(const at::Tensor& x, const at::Tensor& cosine, const at::Tensor& sine);

} // namespace boolab
