// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tokenizer/added_tokens.h"
#include "core/tokenizer/bpe_model.h"
#include "core/tokenizer/decoder.h"
#include "core/tokenizer/normalizer.h"
#include "core/tokenizer/post_processor.h"
#include "core/tokenizer/pre_tokenizer.h"

#include <span>

namespace boolab
{

/// All components of a tokenizer.json at work. Immutable; several threads may use one.
class TokenizerPipeline
{
public:
    /// `origin` names the file in errors.
    static Result<TokenizerPipeline> fromJson(const nlohmann::json& json, const std::string& origin);

    std::vector<std::int32_t> encode(std::string_view text, bool addSpecialTokens) const;
    std::string decode(std::span<const std::int32_t> ids, bool skipSpecialTokens) const;
    std::string tokenBytes(std::int32_t id) const;

    /// The highest id plus one.
    std::int64_t vocabSize() const { return m_vocabSize; }
    std::optional<std::int32_t> tokenId(std::string_view token) const;
    const std::string* tokenText(std::int32_t id) const;
    bool isSpecial(std::int32_t id) const;
    /// The first id that the post-processor sets before a text, if any.
    std::optional<std::int32_t> firstPrefixId() const;

private:
    struct Run;
    Status readComponents(const nlohmann::json& json, const std::string& origin);
    void indexTokens();
    void encodePart(std::string_view text, bool isStart, Run& run) const;

    Normalizer m_normalizer;
    PreTokenizer m_preTokenizer;
    BpeModel m_model;
    AddedTokens m_added;
    PostProcessor m_postProcessor;
    Decoder m_decoder;
    std::unordered_map<std::int32_t, std::string> m_texts;
    std::unordered_map<std::int32_t, bool> m_special; ///< of added tokens
    std::int64_t m_vocabSize = 0;
};

} // namespace boolab
