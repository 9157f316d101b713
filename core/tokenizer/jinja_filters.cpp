// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/jinja_builtins.h"
#include "core/tokenizer/utf8.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <map>

namespace boolab::jinja
{

namespace
{

using Filter = Value (*)(const Value&, const Arguments&);

bool flag(const Arguments& arguments, std::size_t index, const char* name, bool otherwise)
{
    const auto* value = arguments.find(index, name);
    return value ? value->truth() : otherwise;
}

std::string textOr(const Arguments& arguments, std::size_t index, const char* name,
                   const std::string& otherwise)
{
    const auto* value = arguments.find(index, name);
    return value && !value->isNone() ? toText(*value) : otherwise;
}

/// Calls a method of the value's text: upper, strip, …
Value viaMethod(const char* name, const Value& value, const Arguments& arguments)
{
    return (*methodOf(toText(value), name).function())(arguments);
}

Value length(const Value& value, const Arguments&)
{
    if (const auto* text = value.text()) return static_cast<std::int64_t>(codePointCount(*text));
    if (const auto* list = value.list()) return static_cast<std::int64_t>(list->size());
    if (const auto* dict = value.dict()) return static_cast<std::int64_t>(dict->size());
    if (value.isUndefined()) return std::int64_t{0};
    throw TemplateError(value.typeName() + " has no length");
}

Value defaulted(const Value& value, const Arguments& arguments)
{
    const bool missing = value.isUndefined() || (flag(arguments, 1, "boolean", false) && !value.truth());
    const auto* otherwise = arguments.find(0, "default_value");
    return !missing ? value : otherwise ? *otherwise : Value("");
}

/// `path` ("function.name") followed from the value.
Value followed(Value value, const std::string& path)
{
    for (std::size_t start = 0; start <= path.size();) {
        const auto dot = std::min(path.find('.', start), path.size());
        value = attributeOf(value, path.substr(start, dot - start));
        start = dot + 1;
    }
    return value;
}

Value join(const Value& value, const Arguments& arguments)
{
    const auto separator = textOr(arguments, 0, "d", "");
    const auto attribute = textOr(arguments, 1, "attribute", "");
    std::string result;
    bool first = true;
    for (const auto& item : iterate(value)) {
        if (!first) result += separator;
        first = false;
        result += toText(attribute.empty() ? item : followed(item, attribute));
    }
    return result;
}

Value firstItem(const Value& value, const Arguments&)
{
    const auto items = iterate(value);
    return items.empty() ? Value(Undefined{"first"}) : items.front();
}

Value lastItem(const Value& value, const Arguments&)
{
    const auto items = iterate(value);
    return items.empty() ? Value(Undefined{"last"}) : items.back();
}

Value items(const Value& value, const Arguments&)
{
    if (value.isUndefined()) return List{};
    if (!value.dict()) throw TemplateError("items needs a mapping, got " + value.typeName());
    return (*methodOf(value, "items").function())({});
}

Value json(const Value& value, const Arguments& arguments)
{
    const auto* indent =
        arguments.find(1, "indent"); // transformers: tojson(x, ensure_ascii, indent, separators, sort_keys)
    const auto width = indent && !indent->isNone() ? std::clamp<std::int64_t>(indent->integer(), 0, 64) : -1;
    return toJson(value, static_cast<int>(width), flag(arguments, 3, "sort_keys", false));
}

Value toInteger(const Value& value, const Arguments& arguments)
{
    const auto* otherwise = arguments.find(0, "default");
    if (value.isInteger()) return value.integer();
    if (const auto* real = value.get<double>(); real && std::isfinite(*real) && std::abs(*real) < 9e18)
        return static_cast<std::int64_t>(*real);
    const auto text = stripped(toText(value), nullptr, "lr");
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
    return otherwise ? *otherwise : Value(std::int64_t{0});
}

Value toReal(const Value& value, const Arguments& arguments)
{
    if (value.isNumber()) return value.real();
    const auto text = stripped(toText(value), nullptr, "lr");
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (!text.empty() && *end == '\0') return number;
    const auto* otherwise = arguments.find(0, "default");
    return otherwise ? *otherwise : Value(0.0);
}

Value reversed(const Value& value, const Arguments&)
{
    if (value.text()) return sliceOf(value, {}, {}, std::int64_t{-1});
    auto result = iterate(value);
    std::reverse(result.begin(), result.end());
    return result;
}

/// What sort and unique compare: lower case unless asked otherwise, an attribute if given.
Value sortKey(const Value& item, const std::string& attribute, bool caseSensitive)
{
    const auto value = attribute.empty() ? item : followed(item, attribute);
    return value.text() && !caseSensitive ? viaMethod("lower", value, {}) : value;
}

Value sorted(const Value& value, const Arguments& arguments)
{
    auto result = iterate(value);
    const bool caseSensitive = flag(arguments, 1, "case_sensitive", false);
    const auto attribute = textOr(arguments, 2, "attribute", "");
    const auto less = [&](const Value& a, const Value& b) {
        return lessThan(sortKey(a, attribute, caseSensitive), sortKey(b, attribute, caseSensitive));
    };
    const bool descending = flag(arguments, 0, "reverse", false);
    std::stable_sort(result.begin(), result.end(),
                     [&](const Value& a, const Value& b) { return descending ? less(b, a) : less(a, b); });
    return result;
}

Value unique(const Value& value, const Arguments& arguments)
{
    const bool caseSensitive = flag(arguments, 0, "case_sensitive", false);
    const auto attribute = textOr(arguments, 1, "attribute", "");
    List result, keys;
    for (const auto& item : iterate(value)) {
        auto key = sortKey(item, attribute, caseSensitive);
        if (std::any_of(keys.begin(), keys.end(), [&](const Value& other) { return equal(other, key); }))
            continue;
        keys.push_back(std::move(key));
        result.push_back(item);
    }
    return result;
}

Value dictSorted(const Value& value, const Arguments& arguments)
{
    auto pairs = items(value, {});
    const std::int64_t by = textOr(arguments, 1, "by", "key") == "value" ? 1 : 0;
    auto result = *pairs.list();
    std::stable_sort(result.begin(), result.end(), [&](const Value& a, const Value& b) {
        return lessThan(sortKey(itemOf(a, by), "", false), sortKey(itemOf(b, by), "", false));
    });
    return result;
}

Value indented(const Value& value, const Arguments& arguments)
{
    const auto* width = arguments.find(0, "width");
    const auto prefix =
        !width ? std::string(4, ' ')
        : width->text()
            ? *width->text()
            : std::string(static_cast<std::size_t>(std::clamp<std::int64_t>(width->integer(), 0, 1000)), ' ');
    const bool first = flag(arguments, 1, "first", false), blank = flag(arguments, 2, "blank", false);
    const auto text = toText(value);
    std::string result = first ? prefix : "";
    for (std::size_t i = 0; i < text.size(); ++i) {
        result += text[i];
        if (text[i] == '\n' && (blank || (i + 1 < text.size() && text[i + 1] != '\n'))) result += prefix;
    }
    return result;
}

/// The rest of `arguments` behind the first `count`.
Arguments behind(const Arguments& arguments, std::size_t count)
{
    auto rest = arguments;
    rest.positional.erase(rest.positional.begin(),
                          rest.positional.begin() +
                              static_cast<std::ptrdiff_t>(std::min(count, rest.positional.size())));
    return rest;
}

Value mapped(const Value& value, const Arguments& arguments)
{
    List result;
    const auto* attribute = findKey(arguments.named, "attribute");
    const auto* otherwise = findKey(arguments.named, "default");
    if (!attribute && arguments.positional.empty()) throw TemplateError("map needs a filter or an attribute");
    for (const auto& item : iterate(value)) {
        if (!attribute) {
            result.push_back(applyFilter(toText(arguments.positional[0]), item, behind(arguments, 1)));
            continue;
        }
        auto found = followed(item, toText(*attribute));
        result.push_back(found.isUndefined() && otherwise ? *otherwise : std::move(found));
    }
    return result;
}

/// select, reject and their …attr forms.
Value selected(const Value& value, const Arguments& arguments, bool byAttribute, bool keep)
{
    const std::size_t first = byAttribute ? 1 : 0;
    if (arguments.positional.size() < first) throw TemplateError("selectattr needs an attribute");
    List result;
    for (const auto& item : iterate(value)) {
        const auto tested = byAttribute ? followed(item, toText(arguments.positional[0])) : item;
        const bool passed =
            arguments.positional.size() > first
                ? applyTest(toText(arguments.positional[first]), tested, behind(arguments, first + 1))
                : tested.truth();
        if (passed == keep) result.push_back(item);
    }
    return result;
}

Value extreme(const Value& value, const Arguments& arguments, bool largest)
{
    const auto attribute = textOr(arguments, 1, "attribute", "");
    const auto all = iterate(value);
    const auto less = [&](const Value& a, const Value& b) {
        const auto left = sortKey(a, attribute, false), right = sortKey(b, attribute, false);
        return largest ? lessThan(right, left) : lessThan(left, right);
    };
    const auto found = std::min_element(all.begin(), all.end(), less);
    return found == all.end() ? Value(Undefined{}) : *found;
}

Value sum(const Value& value, const Arguments& arguments)
{
    const auto attribute = textOr(arguments, 0, "attribute", "");
    Value total = std::int64_t{0};
    for (const auto& item : iterate(value))
        total = binaryOperation("+", total, attribute.empty() ? item : followed(item, attribute));
    return total;
}

Value absolute(const Value& value, const Arguments&)
{
    if (value.isInteger()) return value.integer() < 0 ? binaryOperation("-", std::int64_t{0}, value) : value;
    return std::abs(value.real());
}

Value escaped(const Value& value, const Arguments&)
{
    std::string result;
    for (const char c : toText(value)) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&#34;";
            break;
        case '\'':
            result += "&#39;";
            break;
        default:
            result += c;
        }
    }
    return result;
}

const std::map<std::string, Filter>& filters()
{
    using V = const Value&;
    using A = const Arguments&;
    static const std::map<std::string, Filter> table = {
        {"length", length},
        {"count", length},
        {"default", defaulted},
        {"d", defaulted},
        {"join", join},
        {"first", firstItem},
        {"last", lastItem},
        {"items", items},
        {"tojson", json},
        {"int", toInteger},
        {"float", toReal},
        {"reverse", reversed},
        {"sort", sorted},
        {"unique", unique},
        {"dictsort", dictSorted},
        {"indent", indented},
        {"map", mapped},
        {"sum", sum},
        {"abs", absolute},
        {"escape", escaped},
        {"e", escaped},
        {"list", [](V v, A) -> Value { return iterate(v); }},
        {"string", [](V v, A) -> Value { return toText(v); }},
        {"safe", [](V v, A) -> Value { return v; }},
        {"trim", [](V v, A a) -> Value { return viaMethod("strip", v, a); }},
        {"upper", [](V v, A a) -> Value { return viaMethod("upper", v, a); }},
        {"lower", [](V v, A a) -> Value { return viaMethod("lower", v, a); }},
        {"title", [](V v, A a) -> Value { return viaMethod("title", v, a); }},
        {"capitalize", [](V v, A a) -> Value { return viaMethod("capitalize", v, a); }},
        {"replace", [](V v, A a) -> Value { return viaMethod("replace", v, a); }},
        {"select", [](V v, A a) -> Value { return selected(v, a, false, true); }},
        {"reject", [](V v, A a) -> Value { return selected(v, a, false, false); }},
        {"selectattr", [](V v, A a) -> Value { return selected(v, a, true, true); }},
        {"rejectattr", [](V v, A a) -> Value { return selected(v, a, true, false); }},
        {"min", [](V v, A a) -> Value { return extreme(v, a, false); }},
        {"max", [](V v, A a) -> Value { return extreme(v, a, true); }},
    };
    return table;
}

} // namespace

Value applyFilter(const std::string& name, const Value& value, const Arguments& arguments)
{
    const auto filter = filters().find(name);
    if (filter == filters().end()) throw TemplateError(fmt::format("the filter '{}' is not supported", name));
    return filter->second(value, arguments);
}

} // namespace boolab::jinja
