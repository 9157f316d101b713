// SPDX-License-Identifier: Apache-2.0
// Steps of the alternation on a CUDA device, started on a stream; the math and its order are those of
// kernels/refine.cpp. K from 1 to kMaxRefinedKernels.
#pragma once

#include "kernels/cuda/device_layer.h"
#include "kernels/cuda/language.h"

namespace boolab::kernels::cuda
{

/// Every weight's signs to its nearest level; sums[0] = the error left.
void assign_signs(const float* W, const DeviceLayer& layer, const DeviceScratch& scratch,
                  cudaStream_t stream);
/// Least squares of kernel k's scaleOut, then of its scaleIn.
void solve_kernel(const float* W, const DeviceLayer& layer, std::int64_t k, const DeviceScratch& scratch,
                  cudaStream_t stream);
/// sums[0 … K] = errors left after 0 … K kernels.
void measure_errors(const float* W, const DeviceLayer& layer, const DeviceScratch& scratch,
                    cudaStream_t stream);

} // namespace boolab::kernels::cuda
