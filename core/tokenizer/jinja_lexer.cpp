// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/jinja_lexer.h"

#include "core/tokenizer/jinja_value.h"
#include "core/tokenizer/utf8.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>

namespace boolab::jinja
{

namespace
{

bool isSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Line ends as "\n", and the last one dropped (keep_trailing_newline is off).
std::string withPlainNewlines(std::string_view source)
{
    std::string result;
    for (std::size_t i = 0; i < source.size(); ++i) {
        if (source[i] != '\r')
            result += source[i];
        else if (i + 1 == source.size() || source[i + 1] != '\n')
            result += '\n';
    }
    if (result.ends_with('\n')) result.pop_back();
    return result;
}

class Lexer
{
public:
    explicit Lexer(std::string source) : m_source(std::move(source)) {}

    std::vector<Token> run()
    {
        while (m_position < m_source.size())
            textAndTag();
        push(TokenKind::End, "");
        return std::move(m_tokens);
    }

private:
    [[noreturn]] void raise(const std::string& what) const
    {
        throw TemplateError(fmt::format("line {}: {}", m_line, what));
    }

    void push(TokenKind kind, std::string text) { m_tokens.push_back({kind, std::move(text), m_line}); }

    bool at(std::string_view text) const
    {
        return std::string_view(m_source).substr(m_position).starts_with(text);
    }

    void advance(std::size_t count)
    {
        for (; count > 0; --count) {
            m_lineStart = m_source[m_position] == '\n';
            m_line += m_lineStart;
            ++m_position;
        }
    }

    void skipSpace()
    {
        while (m_position < m_source.size() && isSpace(m_source[m_position]))
            advance(1);
    }

    void textAndTag()
    {
        const auto start = m_position;
        const bool atLineStart = m_lineStart;
        auto open = m_source.find('{', start);
        while (open != std::string::npos && !opensTag(open))
            open = m_source.find('{', open + 1);
        if (open == std::string::npos) open = m_source.size();
        auto text = m_source.substr(start, open - start);
        advance(open - start);
        if (m_position == m_source.size()) return emitText(text);
        stripBefore(text, atLineStart);
        emitText(text);
        const char kind = m_source[m_position + 1];
        const char sign = m_position + 2 < m_source.size() ? m_source[m_position + 2] : '\0';
        advance(sign == '-' || (sign == '+' && kind != '{') ? 3 : 2);
        if (kind == '#') return comment();
        if (kind == '%' && rawTag()) return;
        push(kind == '{' ? TokenKind::BeginOutput : TokenKind::BeginTag, "");
        expression(kind == '{');
    }

    bool opensTag(std::size_t open) const
    {
        const char next = open + 1 < m_source.size() ? m_source[open + 1] : '\0';
        return next == '{' || next == '%' || next == '#';
    }

    void emitText(const std::string& text)
    {
        if (!text.empty()) push(TokenKind::Text, text);
    }

    /// A "-" eats all space before the tag; lstrip_blocks eats the space of the tag's own line.
    void stripBefore(std::string& text, bool atLineStart) const
    {
        const char kind = m_source[m_position + 1];
        const char sign = m_position + 2 < m_source.size() ? m_source[m_position + 2] : '\0';
        const auto lastInk =
            std::find_if(text.rbegin(), text.rend(), [](char c) { return !isSpace(c); }).base();
        if (sign == '-') {
            text.erase(lastInk, text.end());
        } else if (kind != '{' && sign != '+') {
            const auto newline = text.rfind('\n');
            const auto lineBegin = newline == std::string::npos ? 0 : newline + 1;
            const bool blank = lastInk - text.begin() <= static_cast<std::ptrdiff_t>(lineBegin);
            if ((lineBegin > 0 || atLineStart) && blank) text.erase(lineBegin);
        }
    }

    /// Behind a tag's end: "-" eats all space, trim_blocks one line end.
    void stripBehind(bool minus, bool trim)
    {
        if (minus)
            skipSpace();
        else if (trim && at("\n"))
            advance(1);
    }

    void comment()
    {
        const auto end = m_source.find("#}", m_position);
        if (end == std::string::npos) raise("a comment is not closed");
        const char sign = end > m_position ? m_source[end - 1] : '\0';
        advance(end + 2 - m_position);
        stripBehind(sign == '-', sign != '+');
    }

    /// Takes {% raw %}…{% endraw %} whole, if the tag just opened is that.
    bool rawTag()
    {
        auto i = m_position;
        const auto skip = [&] {
            while (i < m_source.size() && isSpace(m_source[i]))
                ++i;
        };
        skip();
        if (m_source.compare(i, 3, "raw") != 0) return false;
        i += 3;
        skip();
        const bool minus = i < m_source.size() && m_source[i] == '-';
        if (m_source.compare(i + minus, 2, "%}") != 0) return false;
        advance(i + minus + 2 - m_position);
        if (minus) skipSpace();
        rawBody();
        return true;
    }

    void rawBody()
    {
        const auto start = m_position;
        const bool atLineStart = m_lineStart;
        for (auto open = m_source.find("{%", start); open != std::string::npos;
             open = m_source.find("{%", open + 2)) {
            auto i = open + 2;
            if (i < m_source.size() && (m_source[i] == '-' || m_source[i] == '+')) ++i;
            while (i < m_source.size() && isSpace(m_source[i]))
                ++i;
            if (m_source.compare(i, 6, "endraw") != 0) continue;
            const auto end = m_source.find("%}", i);
            if (end == std::string::npos) break;
            auto text = m_source.substr(start, open - start);
            advance(open - start);
            stripBefore(text, atLineStart);
            emitText(text);
            const char sign = m_source[end - 1];
            advance(end + 2 - m_position);
            return stripBehind(sign == '-', sign != '+');
        }
        raise("{% raw %} is not closed");
    }

    void expression(bool output)
    {
        const std::string_view close = output ? "}}" : "%}";
        std::string brackets;
        for (;;) {
            skipSpace();
            if (m_position >= m_source.size()) raise("a tag is not closed");
            if (brackets.empty()) {
                const bool minus = at("-"), plus = !output && at("+");
                const auto rest = std::string_view(m_source).substr(m_position + (minus || plus ? 1 : 0));
                if (rest.starts_with(close)) {
                    advance(close.size() + (minus || plus ? 1 : 0));
                    push(output ? TokenKind::EndOutput : TokenKind::EndTag, "");
                    return stripBehind(minus, !output && !plus);
                }
            }
            token(brackets);
        }
    }

    void token(std::string& brackets)
    {
        const char c = m_source[m_position];
        if (isNameStart(c)) return name();
        if (isDigit(c)) return number();
        if (c == '\'' || c == '"') return string(c);
        static constexpr std::array<std::string_view, 6> kPairs = {"==", "!=", "<=", ">=", "//", "**"};
        for (const auto pair : kPairs)
            if (at(pair)) {
                push(TokenKind::Operator, std::string(pair));
                return advance(2);
            }
        if (std::string_view("+-*/%<>=.,:|~()[]{}").find(c) == std::string_view::npos)
            raise(fmt::format("unexpected character '{}'", c));
        if (c == '(' || c == '[' || c == '{') brackets += c;
        if (c == ')' || c == ']' || c == '}') {
            if (brackets.empty()) raise(fmt::format("unexpected '{}'", c));
            brackets.pop_back();
        }
        push(TokenKind::Operator, std::string(1, c));
        advance(1);
    }

    void name()
    {
        auto end = m_position;
        while (end < m_source.size() && (isNameStart(m_source[end]) || isDigit(m_source[end])))
            ++end;
        push(TokenKind::Name, m_source.substr(m_position, end - m_position));
        advance(end - m_position);
    }

    void number()
    {
        auto end = m_position;
        const auto digits = [&] {
            while (end < m_source.size() && (isDigit(m_source[end]) || m_source[end] == '_'))
                ++end;
        };
        digits();
        bool real = false;
        if (end + 1 < m_source.size() && m_source[end] == '.' && isDigit(m_source[end + 1])) {
            real = true;
            ++end;
            digits();
        }
        if (end + 1 < m_source.size() && (m_source[end] == 'e' || m_source[end] == 'E')) {
            const auto exponent = end + 1 + (m_source[end + 1] == '-' || m_source[end + 1] == '+');
            if (exponent < m_source.size() && isDigit(m_source[exponent])) {
                real = true;
                end = exponent;
                digits();
            }
        }
        auto text = m_source.substr(m_position, end - m_position);
        std::erase(text, '_');
        push(real ? TokenKind::Float : TokenKind::Integer, text);
        advance(end - m_position);
    }

    void string(char quote)
    {
        std::string text;
        auto i = m_position + 1;
        for (; i < m_source.size() && m_source[i] != quote; ++i) {
            if (m_source[i] == '\\' && i + 1 < m_source.size())
                escape(++i, text);
            else
                text += m_source[i];
        }
        if (i >= m_source.size()) raise("a string is not closed");
        push(TokenKind::String, text);
        advance(i + 1 - m_position);
    }

    /// `i` is at the character behind the backslash and is left at the escape's last one.
    void escape(std::size_t& i, std::string& text) const
    {
        const char c = m_source[i];
        static constexpr std::string_view kNames = "ntrbfav0'\"\\";
        static constexpr std::string_view kValues("\n\t\r\b\f\a\v\0'\"\\", 11);
        if (const auto known = kNames.find(c); known != std::string_view::npos) {
            text += kValues[known];
        } else if (c == 'x' || c == 'u' || c == 'U') {
            const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
            char32_t value = 0;
            for (std::size_t n = 0; n < digits; ++n) {
                if (++i >= m_source.size() || !std::isxdigit(static_cast<unsigned char>(m_source[i])))
                    raise("a string has a broken escape");
                value = value * 16 + static_cast<char32_t>(hexDigit(m_source[i]));
            }
            if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) value = 0xFFFD;
            appendUtf8(text, value);
        } else if (c != '\n') {
            text += '\\';
            text += c;
        }
    }

    static int hexDigit(char c) { return isDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

    std::string m_source;
    std::size_t m_position = 0;
    int m_line = 1;
    bool m_lineStart = true;
    std::vector<Token> m_tokens;
};

} // namespace

std::vector<Token> tokenize(std::string_view source)
{
    return Lexer(withPlainNewlines(source)).run();
}

} // namespace boolab::jinja
