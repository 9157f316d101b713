// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/tokenizer_facts.h"

#include "core/base/json_field.h"
#include "core/jobs/text_format.h"
#include "core/tokenizer/tokenizer_config.h"
#include "core/tokenizer/utf8.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace boolab
{

namespace
{

std::string shownBytes(const std::string& bytes)
{
    std::string shown;
    for (const char byte : bytes)
        shown += fmt::format("<{:02x}>", static_cast<unsigned char>(byte));
    return shown;
}

std::string rolesOf(const Tokenizer& tokenizer, const TokenizerConfig& config, std::int32_t id)
{
    std::string roles;
    const auto add = [&](const char* role, bool holds) {
        if (holds) roles += (roles.empty() ? "" : ", ") + std::string(role);
    };
    const auto isNamed = [&](const char* key) {
        const auto token = config.specialTokens.find(key);
        return token != config.specialTokens.end() && tokenizer.tokenId(token->second) == id;
    };
    add("bos", tokenizer.bosId() == id);
    const std::vector<std::int32_t> ends = tokenizer.eosIds();
    add("eos", std::ranges::find(ends, id) != ends.end());
    add("pad", isNamed("pad_token"));
    add("unk", isNamed("unk_token"));
    return roles;
}

/// For one line: control characters as escapes.
std::string printable(const std::string& text)
{
    std::string line;
    for (const char c : text) {
        if (c == '\n')
            line += "\\n";
        else if (c == '\t')
            line += "\\t";
        else if (c == '\r')
            line += "\\r";
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            line += fmt::format("<{:02x}>", static_cast<unsigned char>(c));
        else
            line += c;
    }
    return line;
}

} // namespace

TokenizerFacts tokenizerFacts(const Tokenizer& tokenizer, std::int64_t embeddingRows)
{
    const auto config =
        TokenizerConfig::fromJson(nlohmann::ordered_json::parse(tokenizer.tokenizerConfigJson()));
    TokenizerFacts facts{.vocabulary = tokenizer.vocabSize(),
                         .embeddingRows = embeddingRows,
                         .specialTokens = {},
                         .chatTemplate = config.chatTemplate,
                         .prefix = {}};
    for (std::int32_t id = 0; id < facts.vocabulary; ++id) {
        if (!tokenizer.isSpecial(id)) continue;
        facts.specialTokens.push_back(
            {id, replaceInvalidUtf8(tokenizer.tokenBytes(id)), rolesOf(tokenizer, config, id)});
    }
    const std::vector<std::int32_t> framed = tokenizer.encode("a", true);
    for (const std::int32_t id : framed) {
        if (!tokenizer.isSpecial(id)) break;
        facts.prefix += replaceInvalidUtf8(tokenizer.tokenBytes(id));
    }
    return facts;
}

nlohmann::json toJson(const TokenizerFacts& facts)
{
    nlohmann::json special = nlohmann::json::array();
    for (const SpecialToken& token : facts.specialTokens)
        special.push_back({{"id", token.id}, {"text", token.text}, {"roles", token.roles}});
    return {{"vocabulary", facts.vocabulary},
            {"embedding_rows", facts.embeddingRows},
            {"special_tokens", std::move(special)},
            {"chat_template", facts.chatTemplate},
            {"prefix", facts.prefix}};
}

std::vector<TokenPiece> tokenPieces(const Tokenizer& tokenizer, std::string_view text, bool addSpecialTokens)
{
    std::vector<TokenPiece> pieces;
    for (const std::int32_t id : tokenizer.encode(text, addSpecialTokens)) {
        std::string bytes = tokenizer.tokenBytes(id);
        const bool isWhole = isValidUtf8(bytes);
        pieces.push_back(
            {id, isWhole ? std::move(bytes) : shownBytes(bytes), isWhole, tokenizer.isSpecial(id)});
    }
    return pieces;
}

nlohmann::json toJson(const std::vector<TokenPiece>& pieces)
{
    nlohmann::json tokens = nlohmann::json::array();
    for (const TokenPiece& piece : pieces)
        tokens.push_back({{"id", piece.id}, {"text", piece.text}, {"special", piece.isSpecial}});
    return tokens;
}

std::string tokensText(const nlohmann::json& tokenizer)
{
    std::vector<std::vector<std::string>> rows = {{"token", "id", "text"}};
    std::string ids;
    for (const nlohmann::json& token : listAt(tokenizer, "tokens")) {
        const std::string id = std::to_string(integerAt(token, "id"));
        ids += (ids.empty() ? "" : ", ") + id;
        rows.push_back({std::to_string(rows.size()), id,
                        fmt::format("\"{}\"{}", printable(textAt(token, "text")),
                                    boolAt(token, "special") ? "  special" : "")});
    }
    return fmt::format("{}\n{} tokens of a vocabulary of {}: [{}]\n", textTable(rows), rows.size() - 1,
                       formatCount(integerAt(tokenizer, "vocabulary")), ids);
}

} // namespace boolab
