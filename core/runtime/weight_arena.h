// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/huge_buffer.h"

#include <cstdint>
#include <vector>

namespace boolab
{

/// Memory of a decoder's weights, in few large pieces on huge pages. Pieces stay where they are.
class WeightArena
{
public:
    /// On a boundary of 64 bytes, zeroed; throws std::bad_alloc.
    std::uint8_t* take(std::int64_t bytes);
    template <class T> T* take(std::int64_t count)
    {
        return reinterpret_cast<T*>(take(count * static_cast<std::int64_t>(sizeof(T))));
    }
    std::int64_t bytesTaken() const { return m_bytesTaken; }

private:
    std::vector<kernels::HugeBuffer> m_pieces;
    std::int64_t m_left = 0, m_used = 0; ///< of the last piece
    std::int64_t m_bytesTaken = 0;
};

} // namespace boolab
