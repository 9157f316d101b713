// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tokenizer/jinja_value.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace boolab::jinja
{

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

enum class ExpressionKind {
    Constant,  ///< value
    Name,      ///< name
    ListItems, ///< operands
    DictItems, ///< operands: key, value, key, value, …
    Attribute, ///< operands[0] . name
    Item,      ///< operands[0] [ operands[1] ]
    Slice,     ///< operands[0] [ operands[1] : operands[2] : operands[3] ], null where left out
    Call,      ///< operands[0] ( operands[1] …, named )
    Filter,    ///< operands[0] | name ( operands[1] …, named )
    Test,      ///< operands[0] is name ( operands[1] … )
    Unary,     ///< name operands[0]: "-", "+", "not"
    Binary,    ///< operands[0] name operands[1]
    Compare,   ///< operands[0] operators[0] operands[1] operators[1] …
    Condition, ///< operands[1] if operands[0] else operands[2]
};

struct Expression {
    ExpressionKind kind = ExpressionKind::Constant;
    int line = 0;
    std::string name;
    Value value;
    std::vector<ExpressionPtr> operands;
    std::vector<std::pair<std::string, ExpressionPtr>> named;
    std::vector<std::string> operators;
};

struct Statement;
using Block = std::vector<Statement>;

enum class StatementKind {
    Text,       ///< text
    Output,     ///< expression
    For,        ///< for targets in expression [if condition] body else otherwise
    If,         ///< if expression body else otherwise
    Set,        ///< set targets = expression; without an expression the body's text
    Macro,      ///< macro text(targets = defaults) body
    FilterBody, ///< expression is applied to the body's text
    Scope,      ///< body in a scope of its own (with), targets set to defaults
    Body,       ///< body as it is (generation)
    Break,
    Continue,
};

struct Statement {
    StatementKind kind = StatementKind::Text;
    int line = 0;
    std::string text;
    /// Names, or "object.attribute" for a set on a namespace.
    std::vector<std::string> targets;
    std::vector<ExpressionPtr> defaults; ///< one per target, null where there is none
    ExpressionPtr expression, condition;
    Block body, otherwise;
};

} // namespace boolab::jinja
