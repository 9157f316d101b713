// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace boolab
{

/// A merge of BPE: its rank (lower goes first) and the token it makes.
struct Merge {
    std::int32_t rank = -1;
    std::int32_t token = -1;
};

/// (left token, right token) -> Merge, by open addressing: one cache line per look-up, mostly.
class MergeTable
{
public:
    /// Room for `count` merges.
    explicit MergeTable(std::size_t count = 0);
    /// A later merge of the same pair replaces the earlier one.
    void insert(std::int32_t left, std::int32_t right, Merge merge);
    /// Null where the pair does not merge.
    const Merge* find(std::int32_t left, std::int32_t right) const;

private:
    struct Slot {
        std::uint64_t key = 0; ///< 0 is free; keys are shifted by one
        Merge merge;
    };
    std::size_t slotOf(std::uint64_t key) const;

    std::vector<Slot> m_slots;
    int m_shift = 63;
};

/// Merges `symbols` (token ids, changed in place) until no neighbours merge: lowest rank first, leftmost
/// among equals.
void mergeSymbols(const MergeTable& merges, std::vector<std::int32_t>& symbols);

} // namespace boolab
