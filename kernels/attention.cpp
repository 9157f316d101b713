// SPDX-License-Identifier: Apache-2.0
#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/attention_parts.h"
#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"
#include "kernels/thread_pool.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/attention.cpp"
#include <hwy/foreach_target.h>

#include "kernels/attend_page-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

/// kLanes numbers as the cache keeps them.
static HWY_INLINE void store_rounded(const F16& v, float* x)
{
    store(v, x);
}
static HWY_INLINE void store_rounded(const F16& v, std::uint16_t* x)
{
    store_float16(v, x);
}

template <class T>
static HWY_INLINE void store_head(const float* keys, const float* values, std::int64_t position,
                                  std::int64_t D, T* head)
{
    const std::int64_t inPage = position % kPagePositions;
    T* key = head + inPage / kLanes * D * kLanes + inPage % kLanes;
    T* value = head + kPagePositions * D + inPage * padded(D);
    for (std::int64_t d = 0; d < D; d += kLanes) {
        const std::int64_t n = columns_at(d, D);
        T lanes[kLanes];
        store_rounded(load_some(keys + d, n), lanes);
        for (std::int64_t i = 0; i < n; ++i)
            key[(d + i) * kLanes] = lanes[i];
        store_rounded(load_some(values + d, n), value + d);
    }
}

void store_heads(const AttentionCache& cache, std::int64_t position, const float* keys, const float* values)
{
    const std::int64_t D = cache.D, page = position / kPagePositions;
    for (std::int64_t g = 0; g < cache.kvHeads; ++g)
        if (cache.type == CacheType::Float32)
            store_head(keys + g * D, values + g * D, position, D, head_page<float>(cache, page, g));
        else
            store_head(keys + g * D, values + g * D, position, D, head_page<std::uint16_t>(cache, page, g));
}

void attend_page(const AttentionBlock& block, std::int64_t page, const AttentionParts& parts)
{
    const AttentionCache& cache = block.task->cache;
    if (cache.type == CacheType::Float32)
        attend_rows(block, head_page<float>(cache, page, block.kvHead), page, parts);
    else
        attend_rows(block, head_page<std::uint16_t>(cache, page, block.kvHead), page, parts);
}

/// The pages of one row as one: y (D).
void join_pages(const AttentionParts& parts, std::int64_t row, std::int64_t pages, std::int64_t D, float* y)
{
    const float* largest = parts.largest(row);
    const double* sums = parts.sum(row);
    float most = -std::numeric_limits<float>::infinity();
    for (std::int64_t page = 0; page < pages; ++page)
        most = largest[page] > most ? largest[page] : most;
    double total = 0.0;
    float* weights = parts.weight(row);
    for (std::int64_t page = 0; page < pages; page += kLanes) {
        const std::int64_t n = columns_at(page, pages);
        store_some(exp(sub(load_some(largest + page, n), splat(most))), weights + page, n);
        for (std::int64_t i = page; i < page + n; ++i)
            total += double(weights[i]) * sums[i];
    }
    const F16 share = splat(float(1.0 / total));
    for (std::int64_t d = 0; d < D; d += kLanes) {
        F16 sum = splat(0.0f);
        for (std::int64_t page = 0; page < pages; ++page)
            sum = add(sum, mul(splat(weights[page]), load(parts.mixed(row, page) + d)));
        store_some(mul(sum, share), y + d, columns_at(d, D));
    }
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(store_heads);
HWY_EXPORT(attend_page);
HWY_EXPORT(join_pages);

namespace
{

/// Blocks per thread from which on threads need no share of a block's pages.
constexpr std::int64_t kPlenty = 4;

void joinBlock(const AttentionBlock& block, const AttentionParts& parts)
{
    for (std::int64_t row = 0; row < block.rows; ++row)
        HWY_DYNAMIC_DISPATCH(join_pages)
    (parts, row, block.pagesOf(row), block.task->cache.D, block.y(row));
}

} // namespace

void store_position(const AttentionCache& cache, std::int64_t position, const float* keys,
                    const float* values)
{
    HWY_DYNAMIC_DISPATCH(store_heads)(cache, position, keys, values);
}

void attention(std::span<const AttentionTask> tasks, std::int64_t H, int threads)
{
    if (reference_forced()) {
        for (const AttentionTask& task : tasks)
            attention_ref(task, H);
        return;
    }
    const std::vector<AttentionBlock> blocks = attention_blocks(tasks, H);
    const auto count = std::int64_t(blocks.size());
    if (threads <= 1 || count >= kPlenty * threads) {
        parallel_for(count, threads, [&](std::int64_t index) {
            thread_local AttentionMemory t_memory;
            const AttentionBlock& block = blocks[std::size_t(index)];
            const AttentionParts parts = t_memory.parts({&block, 1}).front();
            for (std::int64_t page = 0; page < block.pages(); ++page)
                HWY_DYNAMIC_DISPATCH(attend_page)(block, page, parts);
            joinBlock(block, parts);
        });
        return;
    }
    thread_local AttentionMemory t_memory;
    const std::vector<AttentionParts> parts = t_memory.parts(blocks);
    std::vector<std::pair<std::size_t, std::int64_t>> pages; // of which block, which
    for (std::size_t i = 0; i < blocks.size(); ++i)
        for (std::int64_t page = 0; page < blocks[i].pages(); ++page)
            pages.emplace_back(i, page);
    parallel_for(std::int64_t(pages.size()), threads, [&](std::int64_t index) {
        const auto& [block, page] = pages[std::size_t(index)];
        HWY_DYNAMIC_DISPATCH(attend_page)(blocks[block], page, parts[block]);
    });
    for (std::size_t i = 0; i < blocks.size(); ++i)
        joinBlock(blocks[i], parts[i]);
}

} // namespace boolab::kernels
#endif
