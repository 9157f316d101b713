// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tokenizer/jinja_lexer.h"

namespace boolab::jinja
{

/// A cursor over tokens, shared by the statement and the expression parser.
class TokenStream
{
public:
    explicit TokenStream(std::vector<Token> tokens) : m_tokens(std::move(tokens)) {}

    const Token& peek(std::size_t ahead = 0) const;
    Token next();
    bool isName(std::string_view name) const;
    bool isOperator(std::string_view text) const;
    /// Takes the token if it is the one meant.
    bool takeName(std::string_view name);
    bool takeOperator(std::string_view text);
    void expectOperator(std::string_view text);
    void expectName(std::string_view name);
    void expect(TokenKind kind, const char* what);
    std::string identifier();
    [[noreturn]] void raise(const std::string& what) const;

private:
    std::vector<Token> m_tokens;
    std::size_t m_position = 0;
};

} // namespace boolab::jinja
