// SPDX-License-Identifier: Apache-2.0
#include "core/tasks/python_text.h"

#include <cmath>
#include <fmt/format.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

namespace boolab::python
{

namespace
{

/// Python counts the four separators of ASCII as white space too.
bool isSpace(UChar32 c)
{
    constexpr UChar32 kFirstSeparator = 0x1C, kLastSeparator = 0x1F;
    return u_isUWhiteSpace(c) != 0 || (c >= kFirstSeparator && c <= kLastSeparator);
}

icu::UnicodeString unicode(std::string_view text)
{
    return icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

std::size_t leadingSpace(std::string_view text)
{
    std::int32_t place = 0;
    const auto size = static_cast<std::int32_t>(text.size());
    while (place < size) {
        std::int32_t next = place;
        UChar32 c = 0;
        U8_NEXT(text.data(), next, size, c);
        if (c < 0 || !isSpace(c)) break;
        place = next;
    }
    return static_cast<std::size_t>(place);
}

} // namespace

std::int64_t length(std::string_view text)
{
    return unicode(text).countChar32();
}

std::int64_t words(std::string_view text)
{
    std::int64_t count = 1;
    bool inSpace = false;
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t place = 0; place < size;) {
        UChar32 c = 0;
        U8_NEXT(text.data(), place, size, c);
        const bool space = c >= 0 && isSpace(c);
        count += space && !inSpace ? 1 : 0;
        inSpace = space;
    }
    return count;
}

std::size_t lengthWithoutTrailingSpace(std::string_view text)
{
    auto place = static_cast<std::int32_t>(text.size());
    while (place > 0) {
        std::int32_t before = place;
        UChar32 c = 0;
        U8_PREV(text.data(), 0, before, c);
        if (c < 0 || !isSpace(c)) break;
        place = before;
    }
    return static_cast<std::size_t>(place);
}

std::string strip(std::string_view text)
{
    text = text.substr(0, lengthWithoutTrailingSpace(text));
    return std::string(text.substr(leadingSpace(text)));
}

std::string capitalize(std::string_view text)
{
    const icu::UnicodeString whole = unicode(text);
    if (whole.isEmpty()) return {};
    const std::int32_t rest = whole.moveIndex32(0, 1);
    icu::UnicodeString first = whole.tempSubString(0, rest);
    // Python's lower() of the rest sees the first character as context of a final sigma; so does this.
    icu::UnicodeString lower = whole;
    lower.toLower(icu::Locale::getRoot());
    const icu::UnicodeString lowerFirst = icu::UnicodeString(first).toLower(icu::Locale::getRoot());
    first.toTitle(nullptr, icu::Locale::getRoot());
    std::string result;
    first.append(lower.tempSubString(lowerFirst.length())).toUTF8String(result);
    return result;
}

std::string replace(std::string_view text, std::string_view from, std::string_view to)
{
    std::string result;
    for (;;) {
        const std::size_t found = text.find(from);
        result += text.substr(0, found);
        if (found == std::string_view::npos) return result;
        result += to;
        text.remove_prefix(found + from.size());
    }
}

std::string repr(double value)
{
    if (std::isnan(value)) return "nan"; // without the sign that fmt would show
    std::string text = fmt::format("{}", value);
    if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
    return text;
}

std::string repr(bool value)
{
    return value ? "True" : "False";
}

} // namespace boolab::python
