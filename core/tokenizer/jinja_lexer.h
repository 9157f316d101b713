// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace boolab::jinja
{

enum class TokenKind {
    Text,
    BeginOutput,
    EndOutput,
    BeginTag,
    EndTag,
    Name,
    String,
    Integer,
    Float,
    Operator,
    End
};

struct Token {
    TokenKind kind = TokenKind::End;
    std::string text;
    int line = 1;
};

/// Tokens of a template, ended by End. Whitespace control is applied with trim_blocks and lstrip_blocks on,
/// as transformers sets them. Raises TemplateError.
std::vector<Token> tokenize(std::string_view source);

} // namespace boolab::jinja
