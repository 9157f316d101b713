// SPDX-License-Identifier: Apache-2.0
// How attention is cut into pieces of work, and where their results lie until they are joined.
#pragma once

#include "kernels/attention.h"

#include <algorithm>
#include <vector>

namespace boolab::kernels
{

/// Rows of q that share a pass over keys and values.
constexpr std::int64_t kBlockRows = 4;

/// Some rows of q that read the same key head: of its T * H / H_kv rows, token after token, those from
/// `first` on.
struct AttentionBlock {
    const AttentionTask* task = nullptr;
    std::int64_t H = 0, kvHead = 0, first = 0, rows = 0;

    std::int64_t groups() const { return H / task->cache.kvHeads; }
    std::int64_t token(std::int64_t row) const { return (first + row) / groups(); }
    /// Of (T, H).
    std::int64_t place(std::int64_t row) const
    {
        return token(row) * H + kvHead * groups() + (first + row) % groups();
    }
    const float* q(std::int64_t row) const { return task->q + place(row) * task->cache.D; }
    float* y(std::int64_t row) const { return task->y + place(row) * task->cache.D; }
    std::int64_t seen(std::int64_t row) const { return task->first + token(row) + 1; }
    std::int64_t pagesOf(std::int64_t row) const { return page_count(seen(row)); }
    std::int64_t pages() const { return pagesOf(rows - 1); }
};

inline std::vector<AttentionBlock> attention_blocks(std::span<const AttentionTask> tasks, std::int64_t H)
{
    std::vector<AttentionBlock> blocks;
    for (const AttentionTask& task : tasks)
        for (std::int64_t g = 0; g < task.cache.kvHeads; ++g)
            for (std::int64_t row = 0, rows = task.T * H / task.cache.kvHeads; row < rows; row += kBlockRows)
                blocks.push_back({&task, H, g, row, std::min(kBlockRows, rows - row)});
    return blocks;
}

/// Of one block, per row and page: m_c, sum_c, y_c (padded(D)) and the page's weight.
struct AttentionParts {
    std::int64_t pages = 0, width = 0;
    float* numbers = nullptr;
    double* sums = nullptr;

    float* largest(std::int64_t row) const { return numbers + row * pages; }
    float* weight(std::int64_t row) const { return numbers + (kBlockRows + row) * pages; }
    float* mixed(std::int64_t row, std::int64_t page) const
    {
        return numbers + 2 * kBlockRows * pages + (row * pages + page) * width;
    }
    double* sum(std::int64_t row) const { return sums + row * pages; }
};

/// Memory that calls reuse.
class AttentionMemory
{
public:
    /// One after another; they stay until the next call.
    std::vector<AttentionParts> parts(std::span<const AttentionBlock> blocks)
    {
        std::size_t numbers = 0, sums = 0;
        for (const AttentionBlock& block : blocks) {
            numbers += numbersOf(block);
            sums += sumsOf(block);
        }
        m_numbers.resize(std::max(m_numbers.size(), numbers));
        m_sums.resize(std::max(m_sums.size(), sums));
        std::vector<AttentionParts> parts;
        numbers = sums = 0;
        for (const AttentionBlock& block : blocks) {
            parts.push_back({block.pages(), padded(block.task->cache.D), m_numbers.data() + numbers,
                             m_sums.data() + sums});
            numbers += numbersOf(block);
            sums += sumsOf(block);
        }
        return parts;
    }

private:
    static std::size_t sumsOf(const AttentionBlock& block) { return std::size_t(kBlockRows * block.pages()); }
    static std::size_t numbersOf(const AttentionBlock& block)
    {
        return sumsOf(block) * std::size_t(2 + padded(block.task->cache.D));
    }

    std::vector<float> m_numbers;
    std::vector<double> m_sums;
};

} // namespace boolab::kernels
