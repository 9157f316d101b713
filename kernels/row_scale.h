// SPDX-License-Identifier: Apache-2.0
// The scale of activations in 16-bit fixed point: one definition for the CPU's code and the CUDA ops.
#pragma once

#include <cstdint>
#include <limits>

namespace boolab::kernels
{

/// What a row of quantised activations is worth: v_j is q_j size drop.
struct RowStep {
    float size = 0.0f; ///< NaN where some v_j is not finite
    float drop = 1.0f; ///< a power of two: 1 but for rows so tiny that their steps would be denormal
};

/// Largest magnitude of a quantised activation: sums of N of them fit 32 bits.
constexpr std::int64_t largest_activation(std::int64_t N)
{
    const std::int64_t fits = N > 0 ? 2147483647 / N : 32767;
    return fits < 32767 ? fits : 32767;
}

/// How v_j becomes q_j = round(v_j lift inverse).
struct RowScale {
    float lift = 1.0f;    ///< a power of two that takes tiny rows out of the range of denormals
    float inverse = 0.0f; ///< 0: every q_j is 0
    RowStep step;
};

/// From max|v|, which is not finite where some v_j is not; |q_j| <= most.
constexpr RowScale row_scale(float largest, std::int64_t most)
{
    using Limits = std::numeric_limits<float>;
    if (!(largest <= Limits::max())) return {1.0f, 0.0f, {Limits::quiet_NaN(), 1.0f}};
    if (largest == 0.0f) return {};
    const auto units = float(most);
    const bool tiny = largest < 0x1p-60f;
    const float lift = tiny ? 0x1p100f : 1.0f, lifted = largest * lift;
    return {lift, units / lifted, {lifted / units, tiny ? 0x1p-100f : 1.0f}};
}

} // namespace boolab::kernels
