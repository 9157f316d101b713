// SPDX-License-Identifier: Apache-2.0
// Steps of svid on a CUDA device, started on a stream; the math and its order are those of kernels/svid.cpp.
#pragma once

#include "kernels/cuda/device_layer.h"
#include "kernels/cuda/language.h"

namespace boolab::kernels::cuda
{

/// Places in DeviceScratch::sums.
constexpr int kColumnsLength = 0, kMoved = 1;

/// v = 1 / sqrt(N), rowFactor = v * roots.
void start_power(const DeviceLayer& layer, const DeviceScratch& scratch, cudaStream_t stream);
/// One power iteration on A_ij = |R_ij| roots_j: u = A v, columns = A^T u, v = columns / |columns|. sums[0] =
/// |columns|, sums[1] = how far v moved; v stays where |columns| is 0.
void power_step(const float* R, const DeviceLayer& layer, const DeviceScratch& scratch, cudaStream_t stream);
/// Kernel k's scales from u, v and |columns|.
void rank_one_scales(const DeviceLayer& layer, std::int64_t k, const DeviceScratch& scratch,
                     cudaStream_t stream);
/// Kernel k takes the signs of R; residual = R less the kernel. sums[0], sums[1] = sum d R^2 before and
/// after.
void subtract_kernel(const float* R, const DeviceLayer& layer, std::int64_t k, const DeviceScratch& scratch,
                     cudaStream_t stream);
/// sums_b = sum_i rowErrors[i * count + b], b < count.
void sum_row_errors(std::int64_t M, int count, const DeviceScratch& scratch, cudaStream_t stream);

} // namespace boolab::kernels::cuda
