// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/tokenizer_pipeline.h"

#include "core/tokenizer/tokenizer_errors.h"
#include "core/tokenizer/utf8.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace boolab
{

/// What one call of encode() works with. `storage` keeps texts alive that the cache's words view.
struct TokenizerPipeline::Run {
    std::deque<std::string> storage;
    WordCache cache;
    std::vector<std::int32_t> ids;
};

Result<TokenizerPipeline> TokenizerPipeline::fromJson(const nlohmann::json& json, const std::string& origin)
{
    if (!json.is_object() || !json.contains("model"))
        return brokenTokenizer(origin, "there is no \"model\", so this is no tokenizer.json");
    TokenizerPipeline pipeline;
    try {
        if (auto status = pipeline.readComponents(json, origin); !status)
            return std::unexpected(status.error());
    } catch (const nlohmann::json::exception& exception) {
        return brokenTokenizer(origin, fmt::format("an entry has the wrong type: {}", exception.what()));
    }
    pipeline.indexTokens();
    return pipeline;
}

Status TokenizerPipeline::readComponents(const nlohmann::json& json, const std::string& origin)
{
    const auto at = [&](const char* key) { return json.value(key, nlohmann::json()); };
    const auto keep = [](auto& member, auto&& result) -> Status {
        if (!result) return std::unexpected(result.error());
        member = std::move(*result);
        return {};
    };
    if (auto s = keep(m_normalizer, Normalizer::fromJson(at("normalizer"), origin)); !s) return s;
    if (auto s = keep(m_preTokenizer, PreTokenizer::fromJson(at("pre_tokenizer"), origin)); !s) return s;
    if (auto s = keep(m_model, BpeModel::fromJson(json.at("model"), m_preTokenizer.isByteLevel(), origin));
        !s)
        return s;
    if (auto s = keep(m_added,
                      AddedTokens::fromJson(at("added_tokens"), m_model.vocabulary(), m_normalizer, origin));
        !s)
        return s;
    if (auto s = keep(m_postProcessor, PostProcessor::fromJson(at("post_processor"), origin)); !s) return s;
    return keep(m_decoder, Decoder::fromJson(at("decoder"), origin));
}

void TokenizerPipeline::indexTokens()
{
    for (const auto& [token, id] : m_model.vocabulary())
        m_texts.emplace(id, token);
    for (const auto& token : m_added.tokens()) {
        m_texts[token->id] = token->content;
        m_special[token->id] = token->special;
    }
    for (const auto& [id, text] : m_texts)
        m_vocabSize = std::max(m_vocabSize, std::int64_t{id} + 1);
}

std::vector<std::int32_t> TokenizerPipeline::encode(std::string_view text, bool addSpecialTokens) const
{
    Run run;
    if (!isValidUtf8(text)) text = run.storage.emplace_back(replaceInvalidUtf8(text));
    if (addSpecialTokens) run.ids = m_postProcessor.prefix();
    m_added.raw().split(text, [&](TextRange range, const AddedToken* token) {
        if (token)
            run.ids.push_back(token->id);
        else
            encodePart(text.substr(range.begin, range.end - range.begin), range.begin == 0, run);
    });
    if (addSpecialTokens)
        run.ids.insert(run.ids.end(), m_postProcessor.suffix().begin(), m_postProcessor.suffix().end());
    return std::move(run.ids);
}

void TokenizerPipeline::encodePart(std::string_view text, bool isStart, Run& run) const
{
    if (!m_normalizer.isIdentity()) text = run.storage.emplace_back(m_normalizer.apply(text));
    const PreTokenizer::Sink encodeWord = [&](std::string_view word) {
        m_model.encode(word, run.cache, run.ids);
    };
    m_added.normalized().split(text, [&](TextRange range, const AddedToken* token) {
        if (token)
            run.ids.push_back(token->id);
        else
            m_preTokenizer.split(text.substr(range.begin, range.end - range.begin),
                                 isStart && range.begin == 0, run.storage, encodeWord);
    });
}

std::string TokenizerPipeline::decode(std::span<const std::int32_t> ids, bool skipSpecialTokens) const
{
    std::vector<std::string> tokens;
    for (const auto id : ids) {
        const auto* text = tokenText(id);
        if (text && !(skipSpecialTokens && isSpecial(id))) tokens.push_back(*text);
    }
    return m_decoder.decode(tokens);
}

std::string TokenizerPipeline::tokenBytes(std::int32_t id) const
{
    const auto* text = tokenText(id);
    return text ? m_decoder.tokenBytes(*text) : std::string();
}

std::optional<std::int32_t> TokenizerPipeline::tokenId(std::string_view token) const
{
    const auto& vocabulary = m_model.vocabulary();
    if (const auto known = vocabulary.find(token); known != vocabulary.end()) return known->second;
    for (const auto& added : m_added.tokens())
        if (added->content == token) return added->id;
    return std::nullopt;
}

const std::string* TokenizerPipeline::tokenText(std::int32_t id) const
{
    const auto known = m_texts.find(id);
    return known == m_texts.end() ? nullptr : &known->second;
}

bool TokenizerPipeline::isSpecial(std::int32_t id) const
{
    const auto known = m_special.find(id);
    return known != m_special.end() && known->second;
}

std::optional<std::int32_t> TokenizerPipeline::firstPrefixId() const
{
    const auto& prefix = m_postProcessor.prefix();
    return prefix.empty() ? std::nullopt : std::optional(prefix.front());
}

} // namespace boolab
