// SPDX-License-Identifier: Apache-2.0
// A tokenizer as a person looks at it.
#pragma once

#include "core/tokenizer/tokenizer.h"

#include <nlohmann/json_fwd.hpp>

namespace boolab
{

struct SpecialToken {
    std::int32_t id = 0;
    std::string text;
    std::string roles; ///< "bos", "eos, pad", or empty
};

struct TokenizerFacts {
    std::int64_t vocabulary = 0;    ///< the highest id plus one
    std::int64_t embeddingRows = 0; ///< of the model; more than the vocabulary where it is padded
    std::vector<SpecialToken> specialTokens;
    std::string chatTemplate; ///< empty: none
    std::string prefix;       ///< the special tokens that are put before a text, such as "<s>"
};

TokenizerFacts tokenizerFacts(const Tokenizer& tokenizer, std::int64_t embeddingRows);
nlohmann::json toJson(const TokenizerFacts& facts);

/// One token of a text.
struct TokenPiece {
    std::int32_t id = 0;
    std::string text;    ///< UTF-8; of bytes that are no whole characters "<e2><96>"
    bool isWhole = true; ///< false: `text` shows bytes
    bool isSpecial = false;
};

std::vector<TokenPiece> tokenPieces(const Tokenizer& tokenizer, std::string_view text, bool addSpecialTokens);
nlohmann::json toJson(const std::vector<TokenPiece>& pieces);

/// A table for a terminal: number, id, text.
std::string tokensText(const nlohmann::json& tokenizer);

} // namespace boolab
