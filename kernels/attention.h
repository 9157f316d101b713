// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/sum_order.h"

#include <cstdint>
#include <span>

namespace boolab::kernels
{

/// Positions of a page of keys and values. Softmax is taken page by page, whoever computes which.
constexpr std::int64_t kPagePositions = 64;

enum class CacheType { Float32, Float16 };

/// One layer's keys and values of one sequence so far, in pages. Of every page, from byte `offset` on, for
/// each of the heads H_kv: keys (kPagePositions / kLanes, D, kLanes), so that kLanes scores are formed at
/// once, then values (kPagePositions, padded(D)), whose padding is 0.
struct AttentionCache {
    CacheType type = CacheType::Float32;
    std::int64_t kvHeads = 0, D = 0;
    std::uint8_t* const* pages = nullptr; ///< on a cache line's boundary
    std::int64_t offset = 0;
};

constexpr std::int64_t page_count(std::int64_t positions)
{
    return (positions + kPagePositions - 1) / kPagePositions;
}

/// Numbers of one head in a page.
constexpr std::int64_t head_page_size(std::int64_t D)
{
    return kPagePositions * (D + padded(D));
}

/// Bytes of one layer in a page; a multiple of a cache line.
constexpr std::int64_t page_bytes(CacheType type, std::int64_t kvHeads, std::int64_t D)
{
    return kvHeads * head_page_size(D) * (type == CacheType::Float16 ? 2 : 4);
}

/// Head g of a page, as numbers of the cache's type.
template <class T> T* head_page(const AttentionCache& cache, std::int64_t page, std::int64_t g)
{
    return reinterpret_cast<T*>(cache.pages[page] + cache.offset) + g * head_page_size(cache.D);
}

/// One position's keys and values (H_kv, D) to their places, rounded to the nearest.
void store_position(const AttentionCache& cache, std::int64_t position, const float* keys,
                    const float* values);

/// The newest T positions of a sequence. Tasks of one call share H.
struct AttentionTask {
    AttentionCache cache; ///< holds first + T positions
    const float* q;       ///< (T, H, D)
    float* y;             ///< (T, H, D)
    std::int64_t first, T;
};

/// Causal attention (arXiv 1706.03762), grouped heads (arXiv 2305.13245): query head h reads key head
/// h / (H / H_kv), token t sees the first + t + 1 earliest positions. y_th = sum_p softmax_p(q_th . k_p /
/// sqrt(D)) v_p in float32: of every page the largest score m_c, sum_c = sum e^(s - m_c) and y_c = sum
/// e^(s - m_c) v, positions in order; then the pages' sums in order, weighted by e^(m_c - m). Identical bits
/// for every ISA and thread count.
void attention(std::span<const AttentionTask> tasks, std::int64_t H, int threads);

} // namespace boolab::kernels
