// SPDX-License-Identifier: Apache-2.0
// The Boolean layer's ops in LibTorch's own operators, for devices that have no ops in kernels/ yet. Slower, never another result
// than rounding. Letters as in kernels/bool_kernels.h: K kernels, M = out, N = in features.
#pragma once

#include <torch/types.h>

namespace boolab
{

/// bits (K, M, ceil(N/8)) uint8 to -1 / +1 float32 (K, M, N).
at::Tensor unpackSigns(const at::Tensor& bits, std::int64_t N);
/// Toggles the bits where `flips` (M, N) bool is set in one kernel's `bits` (M, ceil(N/8)), in place.
void toggleBits(at::Tensor bits, const at::Tensor& flips);

/// W (M, N) float32 = sum_k scaleOut_k scaleIn_k^T * B_k; scaleOut (K, M), scaleIn (K, N).
at::Tensor denseWeightOf(const at::Tensor& bits, const at::Tensor& scaleOut, const at::Tensor& scaleIn);
/// With G = dL/dW (M, N): ((G * B_k) scaleIn_k (K, M), (G * B_k)^T scaleOut_k (K, N)) (method.md section 4).
std::pair<at::Tensor, at::Tensor> scaleGradientsOf(const at::Tensor& bits, const at::Tensor& scaleOut, const at::Tensor& scaleIn,
                                                   const at::Tensor& gradWeight);

} // namespace boolab
