// SPDX-License-Identifier: Apache-2.0
// Methods of texts, lists and dicts; functions that every template sees.
#include "core/tokenizer/jinja_builtins.h"
#include "core/tokenizer/utf8.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <fmt/format.h>
#include <map>
#include <unicode/locid.h>
#include <unicode/unistr.h>

namespace boolab::jinja
{

namespace
{

// Jinja's sandbox allows ranges up to this length.
constexpr std::int64_t kMaxRange = 100000;

using TextMethod = Value (*)(const std::string&, const Arguments&);

const std::string& textArgument(const Arguments& arguments, std::size_t index, const char* name)
{
    const auto* value = arguments.find(index, name);
    if (!value || !value->text()) throw TemplateError(fmt::format("expected a str as argument '{}'", name));
    return *value->text();
}

const std::string* optionalText(const Arguments& arguments, std::size_t index, const char* name)
{
    const auto* value = arguments.find(index, name);
    return value && value->text() ? value->text() : nullptr;
}

std::int64_t integerOr(const Arguments& arguments, std::size_t index, const char* name,
                       std::int64_t otherwise)
{
    const auto* value = arguments.find(index, name);
    return value && !value->isNone() ? value->integer() : otherwise;
}

template <class Change> std::string viaUnicode(const std::string& text, const Change& change)
{
    auto unicode = icu::UnicodeString::fromUTF8(text);
    change(unicode);
    std::string result;
    return unicode.toUTF8String(result);
}

std::string upper(const std::string& text)
{
    return viaUnicode(text, [](auto& u) { u.toUpper(icu::Locale::getRoot()); });
}

std::string lower(const std::string& text)
{
    return viaUnicode(text, [](auto& u) { u.toLower(icu::Locale::getRoot()); });
}

std::string capitalized(const std::string& text)
{
    std::size_t first = 0;
    if (!text.empty()) nextCodePoint(text, first);
    return upper(text.substr(0, first)) + lower(text.substr(first));
}

/// Every word's first letter large, as Python's str.title: words are runs of letters.
std::string titled(const std::string& text)
{
    std::string result;
    bool inWord = false;
    for (const auto& letter : characters(text)) {
        const auto small = lower(letter), large = upper(letter);
        result += inWord ? small : large;
        inWord = small != large;
    }
    return result;
}

List splitOnSpace(const std::string& text, std::int64_t limit)
{
    List parts;
    std::string word;
    const auto letters = characters(text);
    const auto space = [&](std::size_t i) {
        std::size_t position = 0;
        return isWhiteSpace(nextCodePoint(letters[i], position));
    };
    for (std::size_t i = 0; i < letters.size();) {
        if (space(i)) {
            ++i;
            continue;
        }
        word.clear();
        const bool rest = limit >= 0 && static_cast<std::int64_t>(parts.size()) >= limit;
        for (; i < letters.size() && (rest || !space(i)); ++i)
            word += letters[i];
        parts.emplace_back(rest ? stripped(word, nullptr, "r") : word);
    }
    return parts;
}

Value split(const std::string& text, const Arguments& arguments)
{
    const auto limit = integerOr(arguments, 1, "maxsplit", -1);
    const auto* separator = optionalText(arguments, 0, "sep");
    if (!separator) return splitOnSpace(text, limit);
    if (separator->empty()) throw TemplateError("split needs a separator that is not empty");
    List parts;
    std::size_t start = 0;
    while (limit < 0 || static_cast<std::int64_t>(parts.size()) < limit) {
        const auto at = text.find(*separator, start);
        if (at == std::string::npos) break;
        parts.emplace_back(text.substr(start, at - start));
        start = at + separator->size();
    }
    parts.emplace_back(text.substr(start));
    return parts;
}

Value rightSplit(const std::string& text, const Arguments& arguments)
{
    const auto limit = integerOr(arguments, 1, "maxsplit", -1);
    const auto* separator = optionalText(arguments, 0, "sep");
    if (limit < 0) return split(text, arguments);
    if (!separator || separator->empty()) throw TemplateError("rsplit needs a separator that is not empty");
    List parts;
    auto end = text.size();
    while (static_cast<std::int64_t>(parts.size()) < limit && end >= separator->size()) {
        const auto at = text.rfind(*separator, end - separator->size());
        if (at == std::string::npos) break;
        parts.emplace_back(text.substr(at + separator->size(), end - at - separator->size()));
        end = at;
    }
    parts.emplace_back(text.substr(0, end));
    std::reverse(parts.begin(), parts.end());
    return parts;
}

Value splitLines(const std::string& text, const Arguments& arguments)
{
    const auto* keep = arguments.find(0, "keepends");
    List lines;
    for (std::size_t start = 0; start < text.size();) {
        auto end = std::min(text.find_first_of("\r\n", start), text.size());
        auto next = std::min(end + 1, text.size());
        if (text.compare(end, 2, "\r\n") == 0) ++next;
        if (keep && keep->truth()) end = next;
        lines.emplace_back(text.substr(start, end - start));
        start = next;
    }
    return lines;
}

std::string replaced(const std::string& text, const std::string& from, const std::string& to,
                     std::int64_t limit)
{
    std::string result;
    std::size_t start = 0;
    for (std::int64_t n = 0; limit < 0 || n < limit; ++n) {
        if (from.empty() && start > text.size()) break;
        auto at = text.find(from, start);
        if (at == std::string::npos) break;
        result.append(text, start, at - start).append(to);
        start = at + from.size();
        if (!from.empty()) continue;
        if (start == text.size()) return result;
        auto next = start;
        nextCodePoint(text, next);
        result.append(text, start, next - start);
        start = next;
    }
    return start <= text.size() ? result.append(text, start) : result;
}

bool hasAffix(const std::string& text, const Arguments& arguments, const char* name, bool atStart)
{
    const auto* argument = arguments.find(0, name);
    if (!argument) throw TemplateError("startswith and endswith need an argument");
    const auto matches = [&](const Value& affix) {
        if (!affix.text()) throw TemplateError("startswith and endswith need a str");
        return atStart ? text.starts_with(*affix.text()) : text.ends_with(*affix.text());
    };
    const auto* several = argument->list();
    return several ? std::any_of(several->begin(), several->end(), matches) : matches(*argument);
}

Value position(const std::string& text, std::size_t byte)
{
    return byte == std::string::npos
               ? Value(std::int64_t{-1})
               : Value(static_cast<std::int64_t>(codePointCount(std::string_view(text).substr(0, byte))));
}

Value countOf(const std::string& text, const std::string& part)
{
    if (part.empty()) return static_cast<std::int64_t>(codePointCount(text)) + 1;
    std::int64_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
        ++count;
    return count;
}

bool allDigits(const std::string& text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

Value joined(const std::string& separator, const Arguments& arguments)
{
    const auto* items = arguments.find(0, "iterable");
    if (!items) throw TemplateError("join needs a list");
    std::string result;
    bool first = true;
    for (const auto& item : iterate(*items)) {
        if (!item.text()) throw TemplateError("join needs strings, got " + item.typeName());
        if (!first) result += separator;
        first = false;
        result += *item.text();
    }
    return result;
}

const std::map<std::string, TextMethod>& textMethods()
{
    using Text = const std::string&;
    using Args = const Arguments&;
    static const std::map<std::string, TextMethod> methods = {
        {"upper", [](Text t, Args) -> Value { return upper(t); }},
        {"lower", [](Text t, Args) -> Value { return lower(t); }},
        {"capitalize", [](Text t, Args) -> Value { return capitalized(t); }},
        {"title", [](Text t, Args) -> Value { return titled(t); }},
        {"strip", [](Text t, Args a) -> Value { return stripped(t, optionalText(a, 0, "chars"), "lr"); }},
        {"lstrip", [](Text t, Args a) -> Value { return stripped(t, optionalText(a, 0, "chars"), "l"); }},
        {"rstrip", [](Text t, Args a) -> Value { return stripped(t, optionalText(a, 0, "chars"), "r"); }},
        {"split", split},
        {"rsplit", rightSplit},
        {"splitlines", splitLines},
        {"join", joined},
        {"replace",
         [](Text t, Args a) -> Value {
             return replaced(t, textArgument(a, 0, "old"), textArgument(a, 1, "new"),
                             integerOr(a, 2, "count", -1));
         }},
        {"startswith", [](Text t, Args a) -> Value { return hasAffix(t, a, "prefix", true); }},
        {"endswith", [](Text t, Args a) -> Value { return hasAffix(t, a, "suffix", false); }},
        {"removeprefix",
         [](Text t, Args a) -> Value {
             const auto& prefix = textArgument(a, 0, "prefix");
             return t.starts_with(prefix) ? t.substr(prefix.size()) : t;
         }},
        {"removesuffix",
         [](Text t, Args a) -> Value {
             const auto& suffix = textArgument(a, 0, "suffix");
             return t.ends_with(suffix) ? t.substr(0, t.size() - suffix.size()) : t;
         }},
        {"find", [](Text t, Args a) -> Value { return position(t, t.find(textArgument(a, 0, "sub"))); }},
        {"rfind", [](Text t, Args a) -> Value { return position(t, t.rfind(textArgument(a, 0, "sub"))); }},
        {"count", [](Text t, Args a) -> Value { return countOf(t, textArgument(a, 0, "sub")); }},
        {"isdigit", [](Text t, Args) -> Value { return allDigits(t); }},
        {"isspace", [](Text t, Args) -> Value { return !t.empty() && stripped(t, nullptr, "l").empty(); }},
        {"isupper", [](Text t, Args) -> Value { return upper(t) == t && lower(t) != t; }},
        {"islower", [](Text t, Args) -> Value { return lower(t) == t && upper(t) != t; }},
    };
    return methods;
}

Value pairs(const Dict& dict)
{
    List items;
    for (const auto& [key, value] : dict)
        items.emplace_back(List{key, value});
    return items;
}

Value dictMethod(const Value& value, const std::string& name)
{
    if (name == "items") return Function([value](const Arguments&) { return pairs(*value.dict()); });
    if (name == "keys") return Function([value](const Arguments&) { return Value(iterate(value)); });
    if (name == "values")
        return Function([value](const Arguments&) {
            List values;
            for (const auto& entry : *value.dict())
                values.push_back(entry.second);
            return Value(std::move(values));
        });
    if (name != "get") return Undefined{name};
    return Function([value](const Arguments& arguments) -> Value {
        const auto* key = arguments.find(0, "key");
        const auto* found = key && key->text() ? findKey(*value.dict(), *key->text()) : nullptr;
        const auto* otherwise = arguments.find(1, "default");
        return found ? *found : otherwise ? *otherwise : Value(None{});
    });
}

Value listMethod(const Value& value, const std::string& name)
{
    if (name != "index" && name != "count") return Undefined{name};
    return Function([value, name](const Arguments& arguments) -> Value {
        const auto* item = arguments.find(0, "value");
        if (!item) throw TemplateError(name + " needs a value");
        const auto& list = *value.list();
        const auto same = [&](const Value& other) { return equal(other, *item); };
        if (name == "count") return static_cast<std::int64_t>(std::count_if(list.begin(), list.end(), same));
        const auto found = std::find_if(list.begin(), list.end(), same);
        if (found == list.end()) throw TemplateError("the value is not in the list");
        return static_cast<std::int64_t>(found - list.begin());
    });
}

Value range(const Arguments& arguments)
{
    const auto& given = arguments.positional;
    if (given.empty() || given.size() > 3) throw TemplateError("range needs one to three numbers");
    const auto begin = given.size() > 1 ? given[0].integer() : 0;
    const auto end = given.size() > 1 ? given[1].integer() : given[0].integer();
    const auto step = given.size() > 2 ? given[2].integer() : 1;
    if (step == 0) throw TemplateError("range has step 0");
    List items;
    for (auto i = begin; step > 0 ? i < end : i > end;) {
        items.emplace_back(i);
        if (static_cast<std::int64_t>(items.size()) > kMaxRange) throw TemplateError("the range is too long");
        if (__builtin_add_overflow(i, step, &i)) break;
    }
    return items;
}

Value makeDict(const Arguments& arguments)
{
    Dict dict;
    if (!arguments.positional.empty() && arguments.positional[0].dict())
        dict = *arguments.positional[0].dict();
    for (const auto& [key, value] : arguments.named)
        setKey(dict, key, value);
    return dict;
}

Value currentTime(const Arguments& arguments)
{
    const auto& format = textArgument(arguments, 0, "format");
    const auto now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    std::array<char, 512> buffer{};
    return std::string(buffer.data(), std::strftime(buffer.data(), buffer.size(), format.c_str(), &local));
}

Value raiseException(const Arguments& arguments)
{
    throw TemplateError(textArgument(arguments, 0, "message"));
}

} // namespace

std::string stripped(const std::string& text, const std::string* set, const std::string& sides)
{
    const auto letters = characters(text);
    const auto members = set ? characters(*set) : std::vector<std::string>();
    const auto drops = [&](const std::string& letter) {
        std::size_t at = 0;
        if (set) return std::find(members.begin(), members.end(), letter) != members.end();
        const auto c = nextCodePoint(letter, at);
        return isWhiteSpace(c) || (c >= 0x1C && c <= 0x1F); // Python also counts the separators
    };
    std::size_t begin = 0, end = letters.size();
    while (sides.find('l') != std::string::npos && begin < end && drops(letters[begin]))
        ++begin;
    while (sides.find('r') != std::string::npos && end > begin && drops(letters[end - 1]))
        --end;
    std::string result;
    for (; begin < end; ++begin)
        result += letters[begin];
    return result;
}

Value methodOf(const Value& value, const std::string& name)
{
    if (value.dict()) return dictMethod(value, name);
    if (value.list()) return listMethod(value, name);
    if (!value.text()) return Undefined{name};
    const auto method = textMethods().find(name);
    if (method == textMethods().end()) return Undefined{name};
    return Function([value, call = method->second](const Arguments& arguments) {
        return call(*value.text(), arguments);
    });
}

Value attributeOf(const Value& value, const std::string& name)
{
    if (value.isUndefined()) throw TemplateError(value.typeName() + " has no attribute '" + name + "'");
    if (const auto* dict = value.dict())
        if (const auto* found = findKey(*dict, name)) return *found;
    return methodOf(value, name);
}

Value globalNamed(const std::string& name)
{
    if (name == "range") return Function(range);
    if (name == "dict" || name == "namespace") return Function(makeDict);
    if (name == "raise_exception") return Function(raiseException);
    if (name == "strftime_now") return Function(currentTime);
    return Undefined{name};
}

} // namespace boolab::jinja
