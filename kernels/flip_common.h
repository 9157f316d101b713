// SPDX-License-Identifier: Apache-2.0
// Inside the library: the scalar parts of the flip step, one definition for the vector code, the reference
// and, what is constexpr, CUDA devices.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernels/flip_step.h"

namespace boolab::kernels
{

/// Finaliser of splitmix64 (Steele, Lea, Flood 2014).
constexpr std::uint64_t splitmix64(std::uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/// What fixes the random words of a row; each column's word is random_word(key, column).
struct RowKey {
    std::uint32_t first, second;
};

constexpr RowKey row_key(const FlipConfig& config, std::int64_t row)
{
    const std::uint64_t seed = config.seed + 0xd1b54a32d192ed03u * std::uint64_t(config.part);
    const std::uint64_t key =
        splitmix64(splitmix64(splitmix64(seed) ^ std::uint64_t(config.step)) ^ std::uint64_t(row));
    return {std::uint32_t(key), std::uint32_t(key >> 32)};
}

constexpr std::uint32_t kMurmur1 = 0x85ebca6b, kMurmur2 = 0xc2b2ae35;

/// MurmurHash3's 32-bit finaliser of the column, keyed before and within.
constexpr std::uint32_t random_word(RowKey key, std::uint32_t column)
{
    std::uint32_t x = column + key.first;
    x = (x ^ x >> 16) * kMurmur1 ^ key.second;
    x = (x ^ x >> 13) * kMurmur2;
    return x ^ x >> 16;
}

/// Rounds to bfloat16, up with the probability of the distance from below.
constexpr std::uint16_t round_stochastic(float x, std::uint32_t random)
{
    return std::uint16_t((std::bit_cast<std::uint32_t>(x) + (random & 0xffff)) >> 16);
}

/// sqrt(1 - beta^2) / sqrt(1 - beta^(2t)): M into units of its own noise; at beta = 1 its limit.
inline float score_scale(const FlipConfig& config)
{
    const double beta = double(config.beta), t = double(config.step);
    if (beta >= 1.0) return float(1.0 / std::sqrt(t));
    return float(std::sqrt(1.0 - beta * beta) / std::sqrt(1.0 - std::pow(beta, 2.0 * t)));
}

/// What is left of M when this micro-batch's signal comes.
constexpr float momentum_decay(const FlipConfig& config)
{
    return config.part == 0 ? config.beta : 1.0f;
}

/// How far from 0 a micro-batch's q may lie.
inline float clip_bound(const FlipConfig& config)
{
    if (!(config.clip > 0.0f)) return std::numeric_limits<float>::infinity();
    return float(double(config.clip) / std::sqrt(double(config.parts)));
}

/// A NaN stays one.
constexpr float clipped(float q, float bound)
{
    return q > bound ? bound : q < -bound ? -bound : q;
}

inline bool may_flip(const FlipConfig& config)
{
    return config.flipsAllowed && config.part + 1 == config.parts;
}

/// What is left of a moment when this micro-batch's mean comes.
inline double moment_keep(const FlipConfig& config)
{
    const bool first = config.step <= 1 && config.part == 0;
    return first ? 0.0 : std::pow(double(config.momentDecay), 1.0 / double(config.parts));
}

constexpr float updated_moment(float moment, double mean, double keep)
{
    return float(keep * double(moment) + (1.0 - keep) * mean);
}

/// scale * sqrt(numerator / moment); 0 where nothing was ever seen.
inline float noise_factor(float scale, double numerator, float moment)
{
    return moment > 0.0f ? float(double(scale) * std::sqrt(numerator / double(moment))) : 0.0f;
}

/// q_ij = G_ij rowFactor_i columnFactor_j.
struct FlipFactors {
    std::vector<float> row, column;
};

/// Moves the moments on by the sums of Q^2 along rows (M) and columns (N). False, and nothing changed, where
/// G held a value that is not finite or Q^2 leaves float's range.
inline bool move_moments(const BoolKernels& layer, std::int64_t k, const double* rowSums,
                         const double* columnSums, const FlipConfig& config, const FlipState& state,
                         FlipFactors& factors)
{
    const std::int64_t M = layer.M, N = layer.N;
    if (M == 0 || N == 0) return false;
    double total = 0.0, meanRow = 0.0;
    for (std::int64_t i = 0; i < M; ++i)
        total += rowSums[i];
    if (!std::isfinite(float(total))) return false;
    const double keep = moment_keep(config);
    for (std::int64_t i = 0; i < M; ++i) {
        state.rowMoment[i] = updated_moment(state.rowMoment[i], rowSums[i] / double(N), keep);
        meanRow += double(state.rowMoment[i]);
    }
    meanRow /= double(M);
    for (std::int64_t i = 0; i < M; ++i)
        factors.row.push_back(noise_factor(layer.scaleOut[k * M + i], meanRow, state.rowMoment[i]));
    for (std::int64_t j = 0; j < N; ++j) {
        state.columnMoment[j] = updated_moment(state.columnMoment[j], columnSums[j] / double(M), keep);
        factors.column.push_back(
            noise_factor(layer.scaleIn[k * N + j], 1.0 / double(config.parts), state.columnMoment[j]));
    }
    return true;
}

struct FlipCandidate {
    float score;
    std::int64_t index; ///< i N + j
};

/// How many bits may flip.
inline std::size_t flip_limit(const BoolKernels& layer, const FlipConfig& config)
{
    return std::size_t(std::max(0.0, config.cap * double(layer.M * layer.N)));
}

/// Flips the best candidates (at most cap M N), ties by lower index, and clears their momentum.
inline std::int64_t apply_flips(std::vector<FlipCandidate>& candidates, const BoolKernels& layer,
                                std::int64_t k, const FlipConfig& config, const FlipState& state)
{
    const std::size_t limit = flip_limit(layer, config);
    if (candidates.size() > limit) {
        const auto better = [](const FlipCandidate& a, const FlipCandidate& b) {
            return a.score != b.score ? a.score > b.score : a.index < b.index;
        };
        std::nth_element(candidates.begin(), candidates.begin() + std::ptrdiff_t(limit), candidates.end(),
                         better);
        candidates.resize(limit);
    }
    for (const auto& [score, index] : candidates) {
        const std::int64_t column = index % layer.N;
        layer.row(k, index / layer.N)[column / 8] ^= std::uint8_t(1 << (column % 8));
        state.momentum[index] = 0;
        if (state.flipped) state.flipped->push_back(index);
    }
    return std::int64_t(candidates.size());
}

} // namespace boolab::kernels
