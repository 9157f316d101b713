// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_cursor.h"

#include <fmt/format.h>
#include <utility>

namespace boolab
{

GgufCursor::GgufCursor(std::span<const std::byte> bytes, std::string file)
    : m_bytes(bytes), m_file(std::move(file))
{
}

bool GgufCursor::take(std::size_t bytes, const char* what)
{
    if (m_failed) return false;
    if (bytes > m_bytes.size() - m_offset) {
        refuse(m_offset, fmt::format("{} takes {} bytes, but the file has only {} left ({} in all)", what,
                                     bytes, m_bytes.size() - m_offset, m_bytes.size()));
        return false;
    }
    m_offset += bytes;
    return true;
}

std::string GgufCursor::text(const char* what)
{
    const auto length = number<std::uint64_t>(what);
    if (!take(static_cast<std::size_t>(length), what)) return {};
    return {reinterpret_cast<const char*>(m_bytes.data()) + m_offset - length,
            static_cast<std::size_t>(length)};
}

std::uint64_t GgufCursor::count(const char* what, std::size_t itemBytes, std::uint64_t limit)
{
    const auto at = m_offset;
    const auto value = number<std::uint64_t>(what);
    if (m_failed) return 0;
    const auto left = m_bytes.size() - m_offset;
    if (value <= left / itemBytes && value <= limit) return value;
    if (value > left / itemBytes)
        refuse(at, fmt::format("{} is {}, which takes at least {} bytes each, but the file has only {} left",
                               what, value, itemBytes, left));
    else
        refuse(at, fmt::format("{} is {}, expected at most {}", what, value, limit));
    return 0;
}

void GgufCursor::refuse(ErrorCode code, std::size_t at, const std::string& what, std::string hint)
{
    if (m_failed) return;
    m_failed = true;
    const auto place = m_place.empty() ? std::string() : m_place + ": ";
    m_error = {code, fmt::format("{}: {}at byte {}: {}", m_file, place, at, what), std::move(hint)};
}

void GgufCursor::refuse(std::size_t at, const std::string& what)
{
    refuse(ErrorCode::BadInput, at, what, "The file is cut off or damaged: download or convert it again.");
}

std::string quotedName(std::string_view name)
{
    constexpr std::size_t kLongest = 80;
    std::string shown = "\"";
    for (const char c : name.substr(0, kLongest))
        shown += c >= ' ' && c <= '~' ? c : '?';
    return shown + (name.size() > kLongest ? "…\"" : "\"");
}

} // namespace boolab
