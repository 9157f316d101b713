// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/merge_table.h"

#include <bit>
#include <queue>

namespace boolab
{

namespace
{

// Below this length scanning for the best pair beats keeping a heap (measured on English text).
constexpr std::size_t kScanLength = 48;

std::uint64_t keyOf(std::int32_t left, std::int32_t right)
{
    return ((static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) |
            static_cast<std::uint32_t>(right)) +
           1;
}

void mergeByScan(const MergeTable& merges, std::vector<std::int32_t>& symbols)
{
    std::vector<Merge> pairs;
    const auto pairAt = [&](std::size_t i) {
        const auto* merge = merges.find(symbols[i], symbols[i + 1]);
        return merge ? *merge : Merge{};
    };
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i)
        pairs.push_back(pairAt(i));
    while (!pairs.empty()) {
        std::size_t best = pairs.size();
        for (std::size_t i = 0; i < pairs.size(); ++i)
            if (pairs[i].token >= 0 && (best == pairs.size() || pairs[i].rank < pairs[best].rank)) best = i;
        if (best == pairs.size()) return;
        symbols[best] = pairs[best].token;
        symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(best) + 1);
        pairs.erase(pairs.begin() + static_cast<std::ptrdiff_t>(best));
        if (best > 0) pairs[best - 1] = pairAt(best - 1);
        if (best < pairs.size()) pairs[best] = pairAt(best);
    }
}

/// Linked symbols and a heap of candidate merges: n log n for words of any length.
class HeapMerger
{
public:
    HeapMerger(const MergeTable& merges, std::vector<std::int32_t>& symbols)
        : m_merges(merges), m_symbols(symbols), m_previous(symbols.size()), m_next(symbols.size())
    {
        for (std::size_t i = 0; i < symbols.size(); ++i) {
            m_previous[i] = static_cast<std::int64_t>(i) - 1;
            m_next[i] = i + 1 < symbols.size() ? static_cast<std::int64_t>(i) + 1 : -1;
        }
    }

    void run()
    {
        for (std::size_t i = 0; i + 1 < m_symbols.size(); ++i)
            push(static_cast<std::int64_t>(i));
        while (!m_heap.empty()) {
            const auto [rank, token, position] = m_heap.top();
            m_heap.pop();
            apply(position, token);
        }
        std::erase(m_symbols, kGone);
    }

private:
    static constexpr std::int32_t kGone = -1;

    struct Candidate {
        std::int32_t rank, token;
        std::int64_t position;
        bool operator<(const Candidate& other) const
        {
            return rank != other.rank ? rank > other.rank : position > other.position;
        }
    };

    void push(std::int64_t i)
    {
        if (const auto* merge = pairAt(i)) m_heap.push({merge->rank, merge->token, i});
    }

    const Merge* pairAt(std::int64_t i) const
    {
        const auto next = m_next[static_cast<std::size_t>(i)];
        return next < 0 ? nullptr
                        : m_merges.find(m_symbols[static_cast<std::size_t>(i)],
                                        m_symbols[static_cast<std::size_t>(next)]);
    }

    /// Does nothing where the pair has changed since the candidate was pushed.
    void apply(std::int64_t position, std::int32_t token)
    {
        const auto i = static_cast<std::size_t>(position);
        if (m_symbols[i] == kGone) return;
        const auto* merge = pairAt(position);
        if (!merge || merge->token != token) return;
        const auto right = static_cast<std::size_t>(m_next[i]);
        m_symbols[i] = token;
        m_symbols[right] = kGone;
        m_next[i] = m_next[right];
        if (m_next[i] >= 0) m_previous[static_cast<std::size_t>(m_next[i])] = position;
        if (m_previous[i] >= 0) push(m_previous[i]);
        push(position);
    }

    const MergeTable& m_merges;
    std::vector<std::int32_t>& m_symbols;
    std::vector<std::int64_t> m_previous, m_next;
    std::priority_queue<Candidate> m_heap;
};

} // namespace

MergeTable::MergeTable(std::size_t count)
{
    const auto slots = std::bit_ceil(2 * count + 2);
    m_slots.resize(slots);
    m_shift = 64 - std::countr_zero(slots);
}

std::size_t MergeTable::slotOf(std::uint64_t key) const
{
    // Fibonacci hashing: the high bits of the product by 2^64 / golden ratio.
    auto slot = static_cast<std::size_t>((key * 0x9E3779B97F4A7C15u) >> m_shift);
    while (m_slots[slot].key != 0 && m_slots[slot].key != key)
        slot = (slot + 1) & (m_slots.size() - 1);
    return slot;
}

void MergeTable::insert(std::int32_t left, std::int32_t right, Merge merge)
{
    const auto key = keyOf(left, right);
    m_slots[slotOf(key)] = {key, merge};
}

const Merge* MergeTable::find(std::int32_t left, std::int32_t right) const
{
    const auto& slot = m_slots[slotOf(keyOf(left, right))];
    return slot.key ? &slot.merge : nullptr;
}

void mergeSymbols(const MergeTable& merges, std::vector<std::int32_t>& symbols)
{
    if (symbols.size() <= kScanLength) return mergeByScan(merges, symbols);
    HeapMerger(merges, symbols).run();
}

} // namespace boolab
