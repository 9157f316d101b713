// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/tokenizer.h"

#include "core/base/mapped_file.h"
#include "core/formats/model_files.h"
#include "core/tokenizer/chat_template.h"
#include "core/tokenizer/gguf_tokenizer.h"
#include "core/tokenizer/tokenizer_config.h"
#include "core/tokenizer/tokenizer_errors.h"
#include "core/tokenizer/tokenizer_pipeline.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace boolab
{

struct Tokenizer::Impl {
    TokenizerPipeline pipeline;
    TokenizerConfig config;
    std::string json; ///< tokenizer.json
    std::optional<std::int32_t> bosId;
    std::vector<std::int32_t> eosIds;

    void addEosId(std::int64_t id)
    {
        const auto known = static_cast<std::int32_t>(id);
        if (id < 0 || id >= pipeline.vocabSize() ||
            std::find(eosIds.begin(), eosIds.end(), known) != eosIds.end())
            return;
        eosIds.push_back(known);
    }

    void findSpecialIds()
    {
        const auto idOf = [&](const char* key) -> std::optional<std::int32_t> {
            const auto token = config.specialTokens.find(key);
            return token == config.specialTokens.end() ? std::nullopt : pipeline.tokenId(token->second);
        };
        bosId = idOf("bos_token");
        if (!bosId) bosId = pipeline.firstPrefixId();
        if (const auto eos = idOf("eos_token")) addEosId(*eos);
        for (const auto id : config.eosIds)
            addEosId(id);
    }
};

Tokenizer::Tokenizer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Result<Tokenizer> Tokenizer::open(const ModelFiles& model)
{
    auto tokenizer = model.kind() == ModelKind::Gguf ? fromGguf(model.path())
                                                     : fromJsonFile(model.folder() / "tokenizer.json");
    if (!tokenizer) return tokenizer;
    // A model may have more rows than the tokenizer has tokens (padding), never fewer.
    if (tokenizer->vocabSize() > model.config().vocabSize)
        return fail(
            ErrorCode::BadInput,
            fmt::format("{}: the tokenizer has ids up to {}, but the model's vocab_size is {}",
                        model.path().string(), tokenizer->vocabSize() - 1, model.config().vocabSize),
            "The tokenizer belongs to another model: take tokenizer.json and config.json from the same one.");
    auto& impl = *tokenizer->m_impl;
    for (const auto id : model.config().eosTokenIds)
        impl.addEosId(id);
    const auto bos = model.config().bosTokenId;
    if (!impl.bosId && bos && *bos >= 0 && *bos < impl.pipeline.vocabSize())
        impl.bosId = static_cast<std::int32_t>(*bos);
    return tokenizer;
}

Result<Tokenizer> Tokenizer::fromJsonFile(const std::filesystem::path& tokenizerJson)
{
    const auto origin = tokenizerJson.string();
    std::error_code code;
    if (!std::filesystem::exists(tokenizerJson, code))
        return fail(ErrorCode::BadInput, fmt::format("{}: there is no such file", origin),
                    "Boolab needs the fast tokenizer's tokenizer.json beside config.json; "
                    "AutoTokenizer.from_pretrained(…).save_pretrained(folder) writes it.");
    auto text = readTextFile(tokenizerJson);
    if (!text) return std::unexpected(text.error());
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (json.is_discarded()) return brokenTokenizer(origin, "is not valid JSON");
    auto pipeline = TokenizerPipeline::fromJson(json, origin);
    if (!pipeline) return std::unexpected(pipeline.error());
    auto config = TokenizerConfig::fromFolder(tokenizerJson.parent_path());
    if (!config) return std::unexpected(config.error());

    auto impl =
        std::make_unique<Impl>(Impl{std::move(*pipeline), std::move(*config), std::move(*text), {}, {}});
    impl->findSpecialIds();
    return Tokenizer(std::move(impl));
}

Result<Tokenizer> Tokenizer::fromGguf(const std::filesystem::path& gguf)
{
    const auto file = GgufFile::open(gguf);
    if (!file) return std::unexpected(file.error());
    auto parts = tokenizerFromGguf(*file);
    if (!parts) return std::unexpected(parts.error());
    auto pipeline = TokenizerPipeline::fromJson(parts->tokenizer, gguf.string());
    if (!pipeline) return std::unexpected(pipeline.error());
    auto config = TokenizerConfig::fromJson(parts->config);
    config.eosIds = parts->eosIds;

    auto text = parts->tokenizer.dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
    auto impl =
        std::make_unique<Impl>(Impl{std::move(*pipeline), std::move(config), std::move(text), {}, {}});
    impl->findSpecialIds();
    return Tokenizer(std::move(impl));
}

std::vector<std::int32_t> Tokenizer::encode(std::string_view text, bool addSpecialTokens) const
{
    return m_impl->pipeline.encode(text, addSpecialTokens);
}

std::string Tokenizer::decode(std::span<const std::int32_t> ids, bool skipSpecialTokens) const
{
    return m_impl->pipeline.decode(ids, skipSpecialTokens);
}

std::string Tokenizer::tokenBytes(std::int32_t id) const
{
    return m_impl->pipeline.tokenBytes(id);
}

std::int64_t Tokenizer::vocabSize() const
{
    return m_impl->pipeline.vocabSize();
}

std::optional<std::int32_t> Tokenizer::tokenId(std::string_view token) const
{
    return m_impl->pipeline.tokenId(token);
}

std::optional<std::int32_t> Tokenizer::bosId() const
{
    return m_impl->bosId;
}

std::vector<std::int32_t> Tokenizer::eosIds() const
{
    return m_impl->eosIds;
}

bool Tokenizer::isSpecial(std::int32_t id) const
{
    return m_impl->pipeline.isSpecial(id);
}

bool Tokenizer::hasChatTemplate() const
{
    return !m_impl->config.chatTemplate.empty();
}

Result<std::string> Tokenizer::applyChatTemplate(const std::vector<ChatMessage>& messages,
                                                 bool addGenerationPrompt) const
{
    if (!hasChatTemplate())
        return fail(
            ErrorCode::Unsupported, "The model has no chat template",
            "It is a base model: give it text to continue, or add chat_template to tokenizer_config.json.");
    return renderChatTemplate(m_impl->config.chatTemplate, messages, addGenerationPrompt,
                              m_impl->config.specialTokens);
}

std::string Tokenizer::tokenizerJson() const
{
    return m_impl->json;
}

std::string Tokenizer::tokenizerConfigJson() const
{
    return m_impl->config.text;
}

} // namespace boolab
