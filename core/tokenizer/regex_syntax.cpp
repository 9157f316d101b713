// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/regex_syntax.h"

#include "core/tokenizer/unicode_additions.h"

#include <fmt/format.h>
#include <optional>

namespace boolab
{

namespace
{

// PCRE2's own \s also has U+180E, which lost White_Space in Unicode 6.3.
constexpr auto kSpace =
    "\\x{9}-\\x{d}\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}"
    "\\x{205f}\\x{3000}";
constexpr auto kNotSpace = "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{84}\\x{86}-\\x{9f}\\x{a1}-\\x{167f}"
                           "\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}"
                           "\\x{2060}-\\x{2fff}\\x{3001}-\\x{10ffff}";
// Oniguruma's \w also has the six numbers of Latin-1 that are no decimal digits.
constexpr auto kWord = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\x{b2}\\x{b3}\\x{b9}\\x{bc}-\\x{be}";
constexpr auto kHex = "0-9A-Fa-f";

/// The members of a class escape, or nothing where the escape means the same in both engines.
std::optional<std::string> members(char escape)
{
    switch (escape) {
    case 's':
        return kSpace;
    case 'S':
        return kNotSpace;
    case 'd':
        return fmt::format("\\p{{Nd}}{}", unicodeAdditions("Nd"));
    case 'w':
    case 'W':
        return fmt::format("{}{}{}{}", kWord, unicodeAdditions("L"), unicodeAdditions("M"),
                           unicodeAdditions("Nd"));
    case 'h':
    case 'H':
        return kHex;
    default:
        return std::nullopt;
    }
}

/// Scripts by themselves: PCRE2 takes \p{Han} for the wider Script_Extensions.
std::optional<std::string> scriptMembers(std::string_view name)
{
    for (const std::string_view script :
         {"Arabic", "Cyrillic", "Greek", "Hangul", "Hebrew", "Hiragana", "Katakana", "Latin", "Thai"})
        if (name == script) return fmt::format("\\p{{sc:{}}}", name);
    if (name == "Han")
        return "\\p{sc:Han}\\x{2b739}\\x{2ebf0}-\\x{2ee5d}\\x{31350}-\\x{323af}"; // Unicode 15 and 15.1
    return std::nullopt;
}

/// "\p{L}" at the start of `rest` with what PCRE2's Unicode lacks, or nothing where both engines agree.
std::optional<std::string> completedProperty(std::string_view rest, bool inClass)
{
    const auto close = rest.find('}');
    if (!(rest.starts_with("\\p{") || rest.starts_with("\\P{")) || close == std::string_view::npos)
        return std::nullopt;
    const bool negated = rest[1] == 'P';
    if (negated && inClass) return std::nullopt;
    const auto name = rest.substr(3, close - 3);
    auto all = scriptMembers(name);
    if (const auto additions = unicodeAdditions(name); !additions.empty())
        all = fmt::format("\\p{{{}}}{}", name, additions);
    if (!all || inClass) return all;
    return fmt::format("[{}{}]", negated ? "^" : "", *all);
}

bool isNegated(char escape)
{
    return escape == 'W' || escape == 'H';
}

std::unexpected<Error> refuse(std::string_view pattern, const std::string& origin, const char* what)
{
    return fail(ErrorCode::Unsupported, fmt::format("{}: the pattern {} uses {}", origin, pattern, what),
                "Such a pre-tokenizer cannot be reproduced exactly; please report the model.");
}

} // namespace

Result<std::string> pcrePattern(std::string_view oniguruma, const std::string& origin)
{
    std::string result;
    bool inClass = false;
    for (std::size_t i = 0; i < oniguruma.size(); ++i) {
        const char c = oniguruma[i];
        const auto rest = oniguruma.substr(i);
        if (const auto property = completedProperty(rest, inClass)) {
            result += *property;
            i += rest.find('}');
        } else if (c == '\\' && i + 1 < oniguruma.size()) {
            const char escape = oniguruma[++i];
            const auto set = members(escape);
            if (!set)
                result += {'\\', escape};
            else if (!inClass)
                result += fmt::format("[{}{}]", isNegated(escape) ? "^" : "", *set);
            else if (isNegated(escape))
                return refuse(oniguruma, origin, "a negated escape inside a class");
            else
                result += *set;
        } else if (inClass && rest.starts_with("&&")) {
            return refuse(oniguruma, origin, "an intersection of classes");
        } else if (inClass && rest.starts_with("[:")) {
            const auto end = oniguruma.find(":]", i);
            if (end == std::string_view::npos) return refuse(oniguruma, origin, "an unclosed class");
            result += oniguruma.substr(i, end + 2 - i);
            i = end + 1;
        } else if (inClass && c == '[') {
            return refuse(oniguruma, origin, "a class inside a class");
        } else {
            if (c == '[') {
                inClass = true;
                result += c;
                // "]" first in a class is a member.
                if (i + 1 < oniguruma.size() && oniguruma[i + 1] == '^') result += oniguruma[++i];
                if (i + 1 < oniguruma.size() && oniguruma[i + 1] == ']') result += oniguruma[++i];
                continue;
            }
            if (c == ']') inClass = false;
            result += c;
        }
    }
    return result;
}

} // namespace boolab
