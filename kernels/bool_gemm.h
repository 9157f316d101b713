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

/// What one token's quantised activations are worth to one kernel.
struct GemmRow {
    RowStep step;
    RowStep outlierStep;
    std::int64_t outlierPairs = 0; ///< pairs of bytes of a row of bits that hold outliers' columns
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
    GemmRow* rows(std::int64_t size) { return grown(m_rows, size); }
    std::int32_t* outlierPairs(std::int64_t size) { return grown(m_outlierPairs, size); }

private:
    template <class T> static T* grown(std::vector<T>& memory, std::int64_t size)
    {
        if (size > std::int64_t(memory.size())) memory.resize(std::size_t(size));
        return memory.data();
    }

    std::optional<AlignedBuffer<std::uint8_t>> m_tables;
    std::int64_t m_tableBytes = 0;
    std::vector<GemmRow> m_rows;
    std::vector<std::int32_t> m_outlierPairs;
};

/// y_t = W x_t, W = sum_k diag(scaleOut_k) B_k diag(scaleIn_k) (MBOK, arXiv 2505.22811, section 3), per token
/// and kernel, in float32 without fused multiply-add, k ascending:
///
///   v_j = scaleIn_kj x_tj;  q_j = round(v_j (most / max|v|)), ties to even, most = largest_activation(N)
///   S_i = sum_j B_k,ij q_j, an exact 32-bit integer;  y_ti += scaleOut_ki (step S_i), step = max|v| / most
///
/// Where max|v| < 2^-60, q and step are those of 2^100 v, and y_ti += scaleOut_ki (step S_i) 2^-100.
///
/// A row v whose max|v| is beyond kMostPeak = 20 times its rms (has_outliers, on integers) is taken in two
/// pieces: the rest, whose outliers count as 0, is quantised with a step of its own and added as above; then
/// the outliers alone, with the q and the step that the whole row had. (Outliers apart from 8-bit rows:
/// LLM.int8(), arXiv 2208.07339; here both are fixed point, so that sums stay exact.)
///
/// Error, as the rms over outputs, where signs and rounding have nothing to do with each other, N <= 65,538:
/// a rounding is off by step / sqrt(12) rms, so c = 1 / (32767 sqrt(12)) = 8.8e-6 times max|v| / rms v of the
/// output's rms. One piece: at most 20 c = 1.77e-4. Two: nothing in the rest is beyond 20 rms v, again 20 c
/// (0.5 % more where N is largest, as energies are rounded down).
/// n outliers share n / N of the columns; they are less than N / 400, and as the other n - 1 take 400 (n - 1)
/// / N of the energy at least, max|v| / rms v is at most sqrt(N - 400 (n - 1)): their part is at most
/// c sqrt(N) / 40 = 2.8e-5 at 16,384 columns and 5.6e-5 at 65,536. In all 1.8e-4 up to 16,384 columns and
/// 1.86e-4 up to 65,538; Gaussian activations 4e-5. The roundings of float32 are far below.
///
/// Identical bits for every ISA and thread count. A v that is not finite makes the token's y NaN. The integer
/// sums use one table per four columns of the sums of their 16 sign patterns, in three planes of 6 bits, so
/// that four table entries add up within a byte (the lookup: T-MAC, arXiv 2407.00088; the planes are ours).
/// Outliers are so few that only the pairs of bytes which hold their columns are looked up again.
void bool_gemm(std::span<const GemmTask> tasks, std::int64_t T, GemmScratch& scratch, int threads);

} // namespace boolab::kernels
