// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace boolab
{

/// Reads the head of a GGUF field by field. Every read is checked against the end of the file; after the
/// first failure all reads give zeros and `error` holds what was wrong, so that callers test once per loop.
class GgufCursor
{
public:
    GgufCursor(std::span<const std::byte> bytes, std::string file);

    /// Names the place ("key \"general.name\"") in errors from here on.
    void setPlace(std::string place) { m_place = std::move(place); }

    template <class T> T number(const char* what)
    {
        T value{};
        if (take(sizeof(T), what)) std::memcpy(&value, m_bytes.data() + m_offset - sizeof(T), sizeof(T));
        return value;
    }
    std::string text(const char* what);
    /// A count of items that take `itemBytes` or more each, so that no caller allocates more than the file
    /// can fill.
    std::uint64_t count(const char* what, std::size_t itemBytes, std::uint64_t limit);

    std::size_t offset() const { return m_offset; }
    std::size_t fileBytes() const { return m_bytes.size(); }

    /// Records an error about the field that begins at byte `at`.
    void refuse(ErrorCode code, std::size_t at, const std::string& what, std::string hint);
    /// The same for a broken file, with the usual hint.
    void refuse(std::size_t at, const std::string& what);
    bool failed() const { return m_failed; }
    const Error& error() const { return m_error; }

private:
    bool take(std::size_t bytes, const char* what);

    std::span<const std::byte> m_bytes;
    std::string m_file, m_place;
    std::size_t m_offset = 0;
    bool m_failed = false;
    Error m_error;
};

/// A name from a file for an error message: quoted, printable, not too long.
std::string quotedName(std::string_view name);

} // namespace boolab
