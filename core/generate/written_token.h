// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace boolab
{

struct TokenAlternative {
    std::int32_t id = 0;
    std::string bytes; ///< what it stands for; need not be whole UTF-8
    double probability = 0;
};

/// A token that a model wrote. Probabilities are the model's own: the softmax of its logits, whatever
/// temperature, top k and top p it was sampled with.
struct WrittenToken {
    std::int32_t id = 0;
    std::string bytes;  ///< may begin or end inside a UTF-8 sequence
    bool isEnd = false; ///< it ended the text, and is no part of it
    double probability = 0;
    std::int64_t rank = 1;                      ///< 1: the model's likeliest
    std::vector<TokenAlternative> alternatives; ///< the likeliest five, best first, the token among them
};

/// Whole characters, as they become complete, and the tokens that completed them: those read since the piece
/// before, so a character of several tokens comes with all of them. Tokens are told only where the request
/// asks for probabilities; the last piece may be tokens without text.
struct WrittenPiece {
    std::string text;
    std::span<const WrittenToken> tokens;
};

/// [{"id", "text", "probability", "rank", "alternatives": [{"id", "text", "probability"}]}]; the token that
/// ended the text has "end": true. A "text" that is no whole UTF-8 shows U+FFFD once it is printed.
nlohmann::json toJson(std::span<const WrittenToken> tokens);

} // namespace boolab
