// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bool_kernels.h"

#include <vector>

namespace boolab::kernels
{

/// Optimizer state of one trained Boolean kernel: 16 bit per weight and M + N floats.
struct FlipState {
    std::uint16_t* momentum = nullptr; ///< (M, N) bfloat16 bits, stochastically rounded
    float* rowMoment = nullptr;        ///< r (M): running mean over columns of Q^2
    float* columnMoment = nullptr;     ///< c (N): running mean over rows of Q^2
    /// The places i N + j of the bits toggled are appended here; may be null.
    std::vector<std::int64_t>* flipped = nullptr;
};

struct FlipConfig {
    float beta = 0.99f;        ///< momentum decay
    float momentDecay = 0.95f; ///< decay of r and c (step 1 takes the first values whole)
    float threshold =
        3.5f; ///< z: flips need a score of at least so many standard deviations of its own noise
    /// c: a micro-batch's signal of a bit counts at most as so many of its own standard deviations; 0: as it
    /// is
    float clip = 0.0f;
    double cap = 1e-3; ///< at most this share of the M*N weights flips in a step, the highest scores first
    bool flipsAllowed = true; ///< false during the first steps: state moves, bits stay
    std::int64_t step = 1;    ///< t, from 1
    std::int64_t part = 0;    ///< which of the step's micro-batches G is of, from 0
    std::int64_t parts = 1;   ///< micro-batches per step
    std::uint64_t seed = 0;   ///< of the stochastic rounding; (seed, step, index) fixes every bit
};

/// One step of the noise-unit rule (method.md, end of section 6; BOLD's rule 2405.16339 with the threshold in
/// noise units). Q = G * (scaleOut scaleIn^T) of kernel k; r, c updated; q = Q / sqrt(r_i c_j / mean(r)),
/// no farther from 0 than `clip`; M <- beta M + q; score = B * M * sqrt(1-beta^2) / sqrt(1-beta^(2t)), of M
/// before its rounding; where score
/// >= z (at most floor(cap*M*N), highest first, ties by lower index) the bit is toggled and M set to 0. Sign
/// convention: G = dL/dW, so B and M of equal sign means that flipping lowers L. With several micro-batches
/// per step each is taken as it comes, so that no G has to be kept: r and c decay by the parts-th root, M
/// decays at the first, every q is divided by sqrt(parts), after the clipping (their sum has unit
/// variance where they are independent), bits flip at the last. The scale of G does not matter. A G that is
/// not finite changes nothing. Identical bits for every ISA and thread count. Returns the number of flips.
std::int64_t flip_step(const BoolKernels& layer, std::int64_t k, const float* G, const FlipConfig& config,
                       const FlipState& state, int threads);

} // namespace boolab::kernels
