// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace boolab::kernels
{

/// One sequence's keys and values so far: (positions, heads of keys H_kv, D) each, float32.
struct AttentionCache {
    const float* keys = nullptr;
    const float* values = nullptr;
    std::int64_t kvHeads = 0, D = 0;
};

/// Causal attention of the newest T positions (arXiv 1706.03762), grouped heads (arXiv 2305.13245): query
/// head h reads key head h / (H / H_kv). q, y (T, H, D); the cache holds first + T positions, token t sees
/// the first + t + 1 earliest. y_th = sum_p softmax_p(q_th . k_p / sqrt(D)) v_p in float32, sums over
/// positions in order. Identical bits for every ISA and thread count.
void attention(const AttentionCache& cache, const float* q, std::int64_t first, std::int64_t T,
               std::int64_t H, float* y, int threads);

} // namespace boolab::kernels
