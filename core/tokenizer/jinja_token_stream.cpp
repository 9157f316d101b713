// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/jinja_token_stream.h"

#include "core/tokenizer/jinja_value.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab::jinja
{

const Token& TokenStream::peek(std::size_t ahead) const
{
    return m_tokens[std::min(m_position + ahead, m_tokens.size() - 1)];
}

Token TokenStream::next()
{
    const auto token = peek();
    if (m_position + 1 < m_tokens.size()) ++m_position;
    return token;
}

bool TokenStream::isName(std::string_view name) const
{
    return peek().kind == TokenKind::Name && peek().text == name;
}

bool TokenStream::isOperator(std::string_view text) const
{
    return peek().kind == TokenKind::Operator && peek().text == text;
}

bool TokenStream::takeName(std::string_view name)
{
    const bool taken = isName(name);
    if (taken) next();
    return taken;
}

bool TokenStream::takeOperator(std::string_view text)
{
    const bool taken = isOperator(text);
    if (taken) next();
    return taken;
}

void TokenStream::expectOperator(std::string_view text)
{
    if (!takeOperator(text)) raise(fmt::format("expected '{}', got '{}'", text, peek().text));
}

void TokenStream::expectName(std::string_view name)
{
    if (!takeName(name)) raise(fmt::format("expected '{}', got '{}'", name, peek().text));
}

void TokenStream::expect(TokenKind kind, const char* what)
{
    if (peek().kind != kind) raise(fmt::format("expected {}, got '{}'", what, peek().text));
    next();
}

std::string TokenStream::identifier()
{
    if (peek().kind != TokenKind::Name) raise(fmt::format("expected a name, got '{}'", peek().text));
    return next().text;
}

void TokenStream::raise(const std::string& what) const
{
    throw TemplateError(fmt::format("line {}: {}", peek().line, what));
}

} // namespace boolab::jinja
