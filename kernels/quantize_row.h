// SPDX-License-Identifier: Apache-2.0
// Inside the library: activations in 16-bit fixed point, one definition for the vector code and the
// reference.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/bool_gemm.h"

namespace boolab::kernels
{

/// How v_j becomes q_j = round(v_j lift inverse).
struct RowScale {
    float lift = 1.0f;    ///< a power of two that takes tiny rows out of the range of denormals
    float inverse = 0.0f; ///< 0: every q_j is 0
    RowStep step;
};

/// From max|v|, which is not finite where some v_j is not; |q_j| <= most.
inline RowScale row_scale(float largest, std::int64_t most)
{
    if (!std::isfinite(largest)) return {.step = {.size = std::numeric_limits<float>::quiet_NaN()}};
    if (largest == 0.0f) return {};
    const auto units = float(most);
    const bool tiny = largest < 0x1p-60f;
    const float lift = tiny ? 0x1p100f : 1.0f, lifted = largest * lift;
    return {lift, units / lifted, {lifted / units, tiny ? 0x1p-100f : 1.0f}};
}

/// q (N) of v_j = factor(j) x_j, |q_j| <= most.
template <class Factor>
RowStep quantize_row(const float* x, const Factor& factor, std::int64_t N, std::int64_t most, std::int32_t* q)
{
    std::int32_t largest = 0; // of magnitudes' bits, which order as the magnitudes do, NaN above all
    for (std::int64_t j = 0; j < N; ++j)
        largest = std::max(largest, std::bit_cast<std::int32_t>(std::fabs(factor(j) * x[j])));
    const RowScale scale = row_scale(std::bit_cast<float>(largest), most);
    for (std::int64_t j = 0; j < N; ++j)
        q[j] = scale.inverse == 0.0f
                   ? 0
                   : std::int32_t(std::nearbyint(factor(j) * x[j] * scale.lift * scale.inverse));
    return scale.step;
}

} // namespace boolab::kernels
