// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/sum_order.h"

#include <cstdint>

namespace boolab::kernels
{

/// One sequence's keys and values so far, float32. Keys stand kLanes positions side by side, so that as many
/// scores are formed at once: (blocks of kLanes positions, heads of keys H_kv, D, kLanes); values:
/// (positions, H_kv, D).
struct AttentionCache {
    const float* keys = nullptr;
    const float* values = nullptr;
    std::int64_t kvHeads = 0, D = 0;
};

/// Floats that the keys of so many positions take.
constexpr std::int64_t key_cache_size(std::int64_t positions, std::int64_t kvHeads, std::int64_t D)
{
    return padded(positions) * kvHeads * D;
}

/// One position's keys (H_kv, D) to their places.
void store_keys(const float* keys, std::int64_t position, std::int64_t kvHeads, std::int64_t D, float* cache);

/// Causal attention of the newest T positions (arXiv 1706.03762), grouped heads (arXiv 2305.13245): query
/// head h reads key head h / (H / H_kv). q, y (T, H, D); the cache holds first + T positions, token t sees
/// the first + t + 1 earliest. y_th = sum_p softmax_p(q_th . k_p / sqrt(D)) v_p in float32, sums over
/// positions in order. Identical bits for every ISA and thread count.
void attention(const AttentionCache& cache, const float* q, std::int64_t first, std::int64_t T,
               std::int64_t H, float* y, int threads);

} // namespace boolab::kernels
