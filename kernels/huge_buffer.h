// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace boolab::kernels
{

/// Zeroed memory for what is streamed: on the boundary of a huge page, and in huge pages where the system
/// allows it (packed bits are read up to twice as fast then). What is never touched takes no memory. Throws
/// std::bad_alloc.
class HugeBuffer
{
public:
    explicit HugeBuffer(std::int64_t bytes);
    HugeBuffer(HugeBuffer&& other) noexcept
        : m_data(std::exchange(other.m_data, nullptr)), m_mapped(std::exchange(other.m_mapped, nullptr)),
          m_mappedBytes(std::exchange(other.m_mappedBytes, 0))
    {
    }
    HugeBuffer& operator=(HugeBuffer&& other) noexcept
    {
        std::swap(m_data, other.m_data);
        std::swap(m_mapped, other.m_mapped);
        std::swap(m_mappedBytes, other.m_mappedBytes);
        return *this;
    }
    HugeBuffer(const HugeBuffer&) = delete;
    HugeBuffer& operator=(const HugeBuffer&) = delete;
    ~HugeBuffer();

    std::uint8_t* data() { return m_data; }
    const std::uint8_t* data() const { return m_data; }

private:
    std::uint8_t* m_data = nullptr;
    void* m_mapped = nullptr;
    std::size_t m_mappedBytes = 0;
};

} // namespace boolab::kernels
