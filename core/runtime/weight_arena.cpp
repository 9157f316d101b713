// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/weight_arena.h"

#include <algorithm>

namespace boolab
{

namespace
{

// Untouched pages of a piece take no memory.
constexpr std::int64_t kPiece = std::int64_t{64} << 20;

} // namespace

std::uint8_t* WeightArena::take(std::int64_t bytes)
{
    const std::int64_t rounded = (bytes + 63) / 64 * 64;
    if (rounded > m_left) {
        const std::int64_t size = std::max(kPiece, rounded);
        m_pieces.emplace_back(size);
        m_left = size;
        m_used = 0;
    }
    std::uint8_t* memory = m_pieces.back().data() + m_used;
    m_used += rounded;
    m_left -= rounded;
    m_bytesTaken += rounded;
    return memory;
}

} // namespace boolab
