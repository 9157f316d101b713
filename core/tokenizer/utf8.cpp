// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/utf8.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <utility>

namespace boolab
{

namespace
{

// Numbers that Rust's Unicode 17 has and ICU 72's Unicode 15 lacks.
constexpr std::pair<char32_t, char32_t> kNewerNumbers[] = {
    {0x10D40, 0x10D49}, {0x116D0, 0x116E3}, {0x11BF0, 0x11BF9}, {0x11DE0, 0x11DE9}, {0x16130, 0x16139},
    {0x16D70, 0x16D79}, {0x16FF4, 0x16FF6}, {0x1CCF0, 0x1CCF9}, {0x1E5F1, 0x1E5FA}};

} // namespace

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool isValidUtf8(std::string_view text)
{
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto length = static_cast<std::int64_t>(text.size());
    for (std::int64_t i = 0; i < length;) {
        UChar32 c = 0;
        U8_NEXT(bytes, i, length, c);
        if (c < 0) return false;
    }
    return true;
}

std::string replaceInvalidUtf8(std::string_view text)
{
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto length = static_cast<std::int64_t>(text.size());
    std::string result;
    result.reserve(text.size());
    for (std::int64_t i = 0; i < length;) {
        const auto start = i;
        UChar32 c = 0;
        U8_NEXT(bytes, i, length, c);
        if (c < 0)
            result += "\xEF\xBF\xBD";
        else
            result += text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(i - start));
    }
    return result;
}

InvalidUtf8 invalidUtf8(std::string_view text)
{
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto length = static_cast<std::int64_t>(text.size());
    InvalidUtf8 found;
    for (std::int64_t i = 0; i < length; ++found.characters) {
        const auto start = i;
        UChar32 c = 0;
        U8_NEXT(bytes, i, length, c);
        if (c < 0 && found.parts++ == 0) found.first = static_cast<std::size_t>(start);
    }
    return found;
}

char32_t nextCodePoint(std::string_view text, std::size_t& position)
{
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    UChar32 c = 0;
    U8_NEXT_UNSAFE(bytes, position, c);
    return static_cast<char32_t>(c);
}

void appendUtf8(std::string& text, char32_t codePoint)
{
    char buffer[U8_MAX_LENGTH];
    std::size_t length = 0;
    U8_APPEND_UNSAFE(buffer, length, codePoint);
    text.append(buffer, length);
}

std::size_t codePointCount(std::string_view text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool isWhiteSpace(char32_t codePoint)
{
    return u_isUWhiteSpace(static_cast<UChar32>(codePoint));
}

bool isNumeric(char32_t codePoint)
{
    if ((U_GET_GC_MASK(static_cast<UChar32>(codePoint)) & U_GC_N_MASK) != 0) return true;
    return codePoint > 0x10000 &&
           std::any_of(std::begin(kNewerNumbers), std::end(kNewerNumbers), [&](const auto& range) {
               return codePoint >= range.first && codePoint <= range.second;
           });
}

bool isWordCharacter(char32_t codePoint)
{
    const auto c = static_cast<UChar32>(codePoint);
    return u_hasBinaryProperty(c, UCHAR_ALPHABETIC) || u_hasBinaryProperty(c, UCHAR_JOIN_CONTROL) ||
           (U_GET_GC_MASK(c) & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) != 0;
}

} // namespace boolab
