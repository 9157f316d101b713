// SPDX-License-Identifier: Apache-2.0
// A Boolean layer applied to a few tokens straight from packed bits.
#pragma once

#include "kernels/aligned_buffer.h"
#include "kernels/packed_kernels.h"
#include "kernels/row_scale.h"

#include <optional>
#include <span>
#include <vector>

namespace boolab::kernels
{

/// One layer and what it is applied to. Tasks of one call share the number of tokens T.
struct GemmTask {
    PackedKernels layer;
    const float* x; ///< (T, N)
    float* y;       ///< (T, M)
};

/// Memory that calls reuse; grows to the largest call. One per caller.
class GemmScratch
{
public:
    std::uint8_t* tables(std::int64_t bytes)
    {
        if (bytes > m_tableBytes) m_tables.emplace(m_tableBytes = bytes);
        return m_tables ? m_tables->data() : nullptr;
    }
    RowStep* steps(std::int64_t size)
    {
        if (size > std::int64_t(m_steps.size())) m_steps.resize(std::size_t(size));
        return m_steps.data();
    }

private:
    std::optional<AlignedBuffer<std::uint8_t>> m_tables;
    std::int64_t m_tableBytes = 0;
    std::vector<RowStep> m_steps;
};

/// y_t = W x_t, W = sum_k diag(scaleOut_k) B_k diag(scaleIn_k) (MBOK, arXiv 2505.22811, section 3), per token
/// and kernel: v_j = scaleIn_kj x_tj; q_j = round(v_j largest_activation(N) / max|v|), ties to even; S_i =
/// sum_j B_k,ij q_j, an exact 32-bit integer; y_ti += scaleOut_ki (step S_i), step = max|v| /
/// largest_activation(N), in float32, k ascending. The error's rms is (max|v| / rms v) /
/// (largest_activation(N) sqrt(12)) of the output's, 8.8e-6 max/rms: 4e-5 of Gaussian activations, more than
/// 2e-4 where one is beyond 22 times the rms, at most 8.8e-6 sqrt(N) where one carries all. Identical bits
/// for every ISA and thread count. A v that is not finite makes the token's y NaN. The integer sums use one
/// table per four columns of the sums of their 16 sign patterns, in three planes of 6 bits, so that four
/// table entries add up within a byte (the lookup: T-MAC, arXiv 2407.00088; the planes are ours).
void bool_gemm(std::span<const GemmTask> tasks, std::int64_t T, GemmScratch& scratch, int threads);

} // namespace boolab::kernels
