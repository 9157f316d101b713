// SPDX-License-Identifier: Apache-2.0
// The steps of bool_gemm (kernels/bool_gemm.h) on a CUDA device, started on a stream.
#pragma once

#include "kernels/cuda/packed_layout.h"

namespace boolab::kernels::cuda
{

/// A token for a kernel.
struct DeviceRow {
    RowStep step;
    RowStep outlierStep;
    std::uint32_t sum = 0; ///< sum_j q_j modulo 2^32, without the outliers
    std::int32_t outliers = 0;
};

/// They are so few (kernels/row_scale.h) that a thread adds them one by one.
struct DeviceOutlier {
    std::int32_t column, q;
};

/// Quantised activations of T tokens for K kernels, 16 bits each: as bit planes for mma_bits, or as bytes for
/// mma_bytes.
struct DeviceActivations {
    uint4* fragments = nullptr;        ///< (K, T, blocks, 32), without the outliers
    DeviceRow* rows = nullptr;         ///< (K, T)
    DeviceOutlier* outliers = nullptr; ///< (K, T, most_outliers(N)), as many of them as the row says
};

/// Tokens up to which the bit planes serve; more would need more registers than a thread has.
constexpr std::int64_t kMostBitTokens = 4;

/// Quantises x (T, N) for every kernel; T, K and N from 1.
void quantize_tokens(const DevicePackedLayer& layer, const float* x, std::int64_t T, bool asBits,
                     const DeviceActivations& to, cudaStream_t stream);
/// y (T, M) from activations quantised with the same `asBits`; as bits only up to kMostBitTokens.
void multiply_tokens(const DevicePackedLayer& layer, const DeviceActivations& activations, std::int64_t T,
                     bool asBits, float* y, cudaStream_t stream);

} // namespace boolab::kernels::cuda
