// SPDX-License-Identifier: Apache-2.0
#include "kernels/bfloat16.h"
#include "kernels/flip_common.h"
#include "kernels/reference.h"
#include "kernels/row_chunks.h"

namespace boolab::kernels
{

namespace
{

struct SquareSums {
    std::vector<double> rows, columns;
};

/// Sums of Q^2 in the order that every instruction set keeps: rows in kLanes interleaved sums, columns per
/// kChunkRows rows.
SquareSums squareSums(const BoolKernels& layer, std::int64_t k, const float* G)
{
    SquareSums sums{std::vector<double>(std::size_t(layer.M)), std::vector<double>(std::size_t(layer.N))};
    for (std::int64_t chunk = 0; chunk < chunk_count(layer.M); ++chunk) {
        std::vector<double> partial(std::size_t(layer.N), 0.0);
        for (std::int64_t i = chunk * kChunkRows; i < std::min(layer.M, (chunk + 1) * kChunkRows); ++i) {
            double lanes[kLanes] = {};
            for (std::int64_t j = 0; j < layer.N; ++j) {
                const float Q =
                    G[i * layer.N + j] * (layer.scaleOut[k * layer.M + i] * layer.scaleIn[k * layer.N + j]);
                lanes[j % kLanes] += double(Q) * double(Q);
                partial[std::size_t(j)] += double(Q) * double(Q);
            }
            sums.rows[std::size_t(i)] = sum_lanes(lanes);
        }
        for (std::size_t j = 0; j < partial.size(); ++j)
            sums.columns[j] += partial[j];
    }
    return sums;
}

} // namespace

std::int64_t flip_step_ref(const BoolKernels& layer, std::int64_t k, const float* G, const FlipConfig& config,
                           const FlipState& state)
{
    const std::int64_t M = layer.M, N = layer.N;
    const SquareSums sums = squareSums(layer, k, G);
    FlipFactors factors;
    if (!move_moments(layer, k, sums.rows.data(), sums.columns.data(), config, state, factors)) return 0;
    const float scale = score_scale(config), bound = clip_bound(config);
    std::vector<FlipCandidate> candidates;
    for (std::int64_t i = 0; i < M; ++i) {
        const RowKey key = row_key(config, i);
        for (std::int64_t j = 0; j < N; ++j) {
            std::uint16_t& stored = state.momentum[i * N + j];
            const float q =
                clipped(G[i * N + j] * factors.row[std::size_t(i)] * factors.column[std::size_t(j)], bound);
            const float momentum = momentum_decay(config) * bfloat16_to_float(stored) + q;
            stored = round_stochastic(momentum, random_word(key, std::uint32_t(j)));
            const float score = layer.sign(k, i, j) * (momentum * scale);
            if (may_flip(config) && score >= config.threshold) candidates.push_back({score, i * N + j});
        }
    }
    return apply_flips(candidates, layer, k, config, state);
}

} // namespace boolab::kernels
