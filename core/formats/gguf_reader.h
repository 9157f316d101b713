// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <span>
#include <string>

namespace boolab
{

/// Reads little-endian values from mapped bytes; the first read past the end is remembered and everything
/// after it gives zero.
class ByteCursor
{
public:
    explicit ByteCursor(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    std::size_t position() const { return m_position; }
    std::size_t left() const { return m_bytes.size() - m_position; }
    bool failed() const { return m_failed; }

    template <class T> T read()
    {
        T value{};
        if (m_failed || left() < sizeof(T)) {
            m_failed = true;
            return value;
        }
        std::memcpy(&value, m_bytes.data() + m_position, sizeof(T));
        m_position += sizeof(T);
        return value;
    }

    /// A u64 length and its bytes.
    std::string readString()
    {
        const auto length = read<std::uint64_t>();
        if (m_failed || left() < length) {
            m_failed = true;
            return {};
        }
        std::string text(reinterpret_cast<const char*>(m_bytes.data() + m_position),
                         static_cast<std::size_t>(length));
        m_position += static_cast<std::size_t>(length);
        return text;
    }

private:
    std::span<const std::byte> m_bytes;
    std::size_t m_position = 0;
    bool m_failed = false;
};

} // namespace boolab
