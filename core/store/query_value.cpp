// SPDX-License-Identifier: Apache-2.0
#include "core/store/query_value.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <unicode/unistr.h>
#include <utility>

namespace boolab
{

namespace
{

constexpr std::pair<std::string_view, double> kSuffixes[] = {
    {"", 1},     {"k", 1e3},   {"m", 1e6}, {"g", 1e9},    {"b", 1},      {"kb", 1e3},   {"mb", 1e6},
    {"gb", 1e9}, {"tb", 1e12}, {"s", 1},   {"min", 60.0}, {"h", 3600.0}, {"d", 86400.0}};

} // namespace

std::optional<double> queryNumber(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc()) return std::nullopt;
    const std::string suffix = foldedCase(text.substr(static_cast<std::size_t>(end - text.data())));
    const auto* found =
        std::ranges::find(kSuffixes, std::string_view(suffix), &std::pair<std::string_view, double>::first);
    if (found == std::end(kSuffixes)) return std::nullopt;
    return value * found->second;
}

std::optional<double> queryTime(std::string_view text)
{
    for (const char* format : {"%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
        std::tm time = {};
        time.tm_isdst = -1;
        const std::string whole(text);
        const char* end = strptime(whole.c_str(), format, &time);
        if (end && *end == '\0') return static_cast<double>(std::mktime(&time));
    }
    return std::nullopt;
}

std::string foldedCase(std::string_view text)
{
    std::string folded;
    if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
        folded.resize(text.size());
        std::ranges::transform(text, folded.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        return folded;
    }
    icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())))
        .foldCase()
        .toUTF8String(folded);
    return folded;
}

bool matchesPattern(std::string_view text, std::string_view pattern)
{
    // After a mismatch the last star takes one character more.
    std::size_t at = 0, star = std::string_view::npos, resume = 0, p = 0;
    while (at < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = at;
        } else if (p < pattern.size() && pattern[p] == text[at]) {
            ++p;
            ++at;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            at = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

} // namespace boolab
