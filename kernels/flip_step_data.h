// SPDX-License-Identifier: Apache-2.0
// Inside the library: what the flip step's second reading of G needs.
#pragma once

#include "kernels/flip_step.h"

namespace boolab::kernels
{

struct MomentumPass {
    const BoolKernels& layer;
    std::int64_t k;
    const float* G; ///< (M, N)
    const FlipConfig& config;
    const float* rowFactor;    ///< (M)
    const float* columnFactor; ///< (padded N)
    float scoreScale;
    float bound;             ///< of |q|
    std::uint16_t* momentum; ///< (M, N)
};

} // namespace boolab::kernels
