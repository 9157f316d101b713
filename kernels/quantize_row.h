// SPDX-License-Identifier: Apache-2.0
// Inside the library: activations in 16-bit fixed point, one definition for the vector code and the
// reference.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "kernels/row_scale.h"

namespace boolab::kernels
{

/// q (N) of v_j = factor(j) x_j, |q_j| <= most.
template <class Factor>
RowScale quantize_row(const float* x, const Factor& factor, std::int64_t N, std::int64_t most,
                      std::int32_t* q)
{
    std::int32_t largest = 0; // of magnitudes' bits, which order as the magnitudes do, NaN above all
    for (std::int64_t j = 0; j < N; ++j)
        largest = std::max(largest, std::bit_cast<std::int32_t>(std::fabs(factor(j) * x[j])));
    const RowScale scale = row_scale(std::bit_cast<float>(largest), most);
    for (std::int64_t j = 0; j < N; ++j)
        q[j] = scale.inverse == 0.0f
                   ? 0
                   : std::int32_t(std::nearbyint(factor(j) * x[j] * scale.lift * scale.inverse));
    return scale;
}

} // namespace boolab::kernels
