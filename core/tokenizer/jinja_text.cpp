// SPDX-License-Identifier: Apache-2.0
// How values are written: Python's str(), repr() and json.dumps().
#include "core/tokenizer/jinja_value.h"
#include "core/tokenizer/utf8.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <unicode/uchar.h>

namespace boolab::jinja
{

namespace
{

std::string floatText(double value, bool json)
{
    if (std::isnan(value)) return json ? "NaN" : "nan";
    if (std::isinf(value)) return std::string(value < 0 ? "-" : "") + (json ? "Infinity" : "inf");
    auto text = fmt::format("{}", value);
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string quotedRepr(const std::string& text)
{
    const char quote =
        text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
    std::string result(1, quote);
    for (std::size_t i = 0; i < text.size();) {
        const auto start = i;
        const auto c = nextCodePoint(text, i);
        if (c == '\n')
            result += "\\n";
        else if (c == '\r')
            result += "\\r";
        else if (c == '\t')
            result += "\\t";
        else if (c == '\\' || c == static_cast<char32_t>(quote))
            result += fmt::format("\\{}", static_cast<char>(c));
        else if (c < 0x20 || c == 0x7F || (c > 0x7F && c < 0x100 && !u_isprint(static_cast<int>(c))))
            result += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(c));
        else if (c >= 0x100 && !u_isprint(static_cast<int>(c)))
            result += c < 0x10000 ? fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c))
                                  : fmt::format("\\U{:08x}", static_cast<std::uint32_t>(c));
        else
            result += text.substr(start, i - start);
    }
    return result + quote;
}

std::string quotedJson(const std::string& text)
{
    std::string result = "\"";
    for (const char c : text)
        switch (c) {
        case '"':
            result += "\\\"";
            break;
        case '\\':
            result += "\\\\";
            break;
        case '\n':
            result += "\\n";
            break;
        case '\r':
            result += "\\r";
            break;
        case '\t':
            result += "\\t";
            break;
        case '\b':
            result += "\\b";
            break;
        case '\f':
            result += "\\f";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20)
                result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
            else
                result += c;
        }
    return result + '"';
}

class JsonWriter
{
public:
    JsonWriter(int indent, bool sortKeys) : m_indent(indent), m_sortKeys(sortKeys) {}

    std::string write(const Value& value, int depth) const
    {
        if (value.isNone()) return "null";
        if (const auto* flag = value.get<bool>()) return *flag ? "true" : "false";
        if (const auto* number = value.get<double>()) return floatText(*number, true);
        if (value.isInteger()) return fmt::format("{}", value.integer());
        if (const auto* text = value.text()) return quotedJson(*text);
        std::vector<std::string> parts;
        if (const auto* list = value.list()) {
            for (const auto& item : *list)
                parts.push_back(write(item, depth + 1));
            return enclosed('[', parts, ']', depth);
        }
        if (const auto* dict = value.dict()) {
            auto entries = *dict;
            if (m_sortKeys)
                std::stable_sort(entries.begin(), entries.end(),
                                 [](const auto& a, const auto& b) { return a.first < b.first; });
            for (const auto& [key, item] : entries)
                parts.push_back(quotedJson(key) + ": " + write(item, depth + 1));
            return enclosed('{', parts, '}', depth);
        }
        throw TemplateError("tojson cannot write " + value.typeName());
    }

private:
    std::string enclosed(char open, const std::vector<std::string>& parts, char close, int depth) const
    {
        if (parts.empty()) return {open, close};
        const auto line = [&](int level) {
            return m_indent < 0 ? std::string()
                                : "\n" + std::string(static_cast<std::size_t>(m_indent * level), ' ');
        };
        return open + line(depth + 1) +
               fmt::format("{}", fmt::join(parts, m_indent < 0 ? ", " : "," + line(depth + 1))) +
               line(depth) + close;
    }

    int m_indent;
    bool m_sortKeys;
};

} // namespace

std::string toText(const Value& value)
{
    if (value.isUndefined()) return {};
    return value.text() ? *value.text() : toRepr(value);
}

std::string toRepr(const Value& value)
{
    if (value.isUndefined()) return "Undefined";
    if (value.isNone()) return "None";
    if (const auto* flag = value.get<bool>()) return *flag ? "True" : "False";
    if (const auto* number = value.get<double>()) return floatText(*number, false);
    if (value.isInteger()) return fmt::format("{}", value.integer());
    if (const auto* text = value.text()) return quotedRepr(*text);
    std::vector<std::string> parts;
    if (const auto* list = value.list()) {
        for (const auto& item : *list)
            parts.push_back(toRepr(item));
        return fmt::format("[{}]", fmt::join(parts, ", "));
    }
    if (const auto* dict = value.dict()) {
        for (const auto& [key, item] : *dict)
            parts.push_back(quotedRepr(key) + ": " + toRepr(item));
        return fmt::format("{{{}}}", fmt::join(parts, ", "));
    }
    return "<function>";
}

std::string toJson(const Value& value, int indent, bool sortKeys)
{
    return JsonWriter(indent, sortKeys).write(value, 0);
}

} // namespace boolab::jinja
