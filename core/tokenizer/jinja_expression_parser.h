// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tokenizer/jinja_ast.h"
#include "core/tokenizer/jinja_token_stream.h"

#include <string_view>

namespace boolab::jinja
{

/// Expressions by Jinja's precedences: if-else, or, and, not, comparisons, + -, ~, * / // %, **, unary,
/// postfix.
class ExpressionParser
{
public:
    explicit ExpressionParser(TokenStream& tokens) : m_tokens(tokens) {}

    ExpressionPtr expression(bool withCondition = true);
    /// An expression, or several with commas between as a list.
    ExpressionPtr tuple(bool withCondition = true);
    /// name(arguments) | name … without an operand: what a {% filter %} tag holds.
    ExpressionPtr filters(ExpressionPtr operand, bool bareFirst);

private:
    class Depth;
    ExpressionPtr make(ExpressionKind kind, std::string name = {}) const;
    ExpressionPtr binary(ExpressionPtr left, std::string operation, ExpressionPtr right) const;
    ExpressionPtr disjunction();
    ExpressionPtr conjunction();
    ExpressionPtr negation();
    ExpressionPtr comparison();
    ExpressionPtr sum();
    ExpressionPtr concatenation();
    ExpressionPtr product();
    ExpressionPtr power();
    ExpressionPtr unary(bool withFilters);
    ExpressionPtr primary();
    ExpressionPtr named();
    ExpressionPtr text();
    ExpressionPtr listItems();
    ExpressionPtr dictItems();
    ExpressionPtr parenthesised();
    ExpressionPtr postfix(ExpressionPtr operand);
    ExpressionPtr subscript(ExpressionPtr operand);
    ExpressionPtr filtersAndTests(ExpressionPtr operand);
    ExpressionPtr filter(ExpressionPtr operand);
    ExpressionPtr test(ExpressionPtr operand);
    void arguments(Expression& call);

    TokenStream& m_tokens;
    int m_depth = 0;
};

} // namespace boolab::jinja
