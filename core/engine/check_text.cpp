// SPDX-License-Identifier: Apache-2.0
#include "core/engine/check_text.h"

#include "core/tokenizer/utf8.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

// One invalid part among so many characters is let through. European text in Latin-1 has some 5 % letters
// beyond ASCII, bytes of no text about 45 % invalid parts.
constexpr std::size_t kCharactersPerInvalid = 10;

std::unexpected<Error> noText(const std::filesystem::path& path, std::size_t offset, const std::string& what)
{
    return fail(ErrorCode::BadInput,
                fmt::format("{}: is no text: {} at byte {}", path.string(), what, offset),
                "Name a text in UTF-8; `iconv -f UTF-16 -t UTF-8 OLD > NEW` converts one from another "
                "encoding.");
}

} // namespace

Status checkIsText(const std::filesystem::path& path, std::string_view content)
{
    if (const std::size_t zero = content.find('\0'); zero != std::string_view::npos)
        return noText(path, zero, "a zero byte");
    const InvalidUtf8 invalid = invalidUtf8(content);
    if (invalid.parts * kCharactersPerInvalid <= invalid.characters) return {};
    return noText(
        path, invalid.first,
        fmt::format("{:.0f} % of its characters are no UTF-8, the first",
                    100.0 * static_cast<double>(invalid.parts) / static_cast<double>(invalid.characters)));
}

} // namespace boolab
