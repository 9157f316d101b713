// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/gguf_vocabulary.h"

#include "core/formats/gguf_file.h"
#include "core/tokenizer/gguf_pre_name.h"
#include "core/tokenizer/gguf_sentencepiece.h"
#include "core/tokenizer/gguf_token_type.h"
#include "core/tokenizer/scored_merges.h"
#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/tokenizer_config.h"
#include "core/tokenizer/tokenizer_errors.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

using Json = nlohmann::json;

using Type = GgufTokenType;

std::unexpected<Error> cannotHold(const std::string& origin, const std::string& what)
{
    return fail(ErrorCode::Unsupported, fmt::format("{}: {}, which llama.cpp has no name for", origin, what),
                "Export it as safetensors, which keeps the tokenizer as it is.");
}

Result<GgufMetadata> keysOfGguf(const std::filesystem::path& path)
{
    const auto file = GgufFile::open(path);
    if (!file) return std::unexpected(file.error());
    GgufMetadata keys;
    for (const auto& [key, value] : file->metadata())
        if (key.starts_with("tokenizer.")) keys.emplace_back(key, value);
    return keys;
}

/// tokens and token_type, one for every row of the embedding.
struct Vocabulary {
    std::vector<std::string> tokens;
    std::vector<std::int64_t> types;

    explicit Vocabulary(std::int64_t rows)
        : tokens(static_cast<std::size_t>(rows)), types(tokens.size(), Type::Unused)
    {
        for (std::size_t id = 0; id < tokens.size(); ++id)
            tokens[id] = fmt::format("[PAD{}]", id);
    }
    void set(std::int64_t id, const std::string& token, std::int64_t type)
    {
        tokens.at(static_cast<std::size_t>(id)) = token; // Tokenizer::open has checked the ids
        types.at(static_cast<std::size_t>(id)) = type;
    }
};

bool isByte(const std::string& token)
{
    return token.size() == 6 && token.starts_with("<0x") && token.ends_with('>');
}

Vocabulary vocabularyOf(const Json& tokenizer, std::int64_t rows)
{
    Vocabulary vocabulary(rows);
    for (const auto& [token, id] : tokenizer["model"]["vocab"].items())
        vocabulary.set(id.get<std::int64_t>(), token, isByte(token) ? Type::Byte : Type::Normal);
    for (const Json& added : tokenizer.value("added_tokens", Json::array()))
        vocabulary.set(added["id"].get<std::int64_t>(), added["content"].get<std::string>(),
                       added.value("special", false) ? Type::Control : Type::UserDefined);
    return vocabulary;
}

/// However the file has them: "a b" or ["a", "b"].
std::vector<BpeMerge> mergesOf(const Json& tokenizer)
{
    std::vector<BpeMerge> merges;
    for (const Json& merge : tokenizer["model"].value("merges", Json::array())) {
        if (merge.is_array()) {
            merges.emplace_back(merge.at(0).get<std::string>(), merge.at(1).get<std::string>());
            continue;
        }
        const auto& text = merge.get_ref<const std::string&>();
        const std::size_t space = text.find(' ');
        merges.emplace_back(text.substr(0, space), text.substr(space + 1)); // Tokenizer::open has checked it
    }
    return merges;
}

/// Byte-level BPE; none where llama.cpp has no name for how the text is split.
std::optional<GgufMetadata> bytePairKeys(const Json& tokenizer, Vocabulary vocabulary)
{
    const auto pre = ggufPreName(tokenizer);
    if (!pre) return std::nullopt;
    std::vector<std::string> merges;
    for (const auto& [left, right] : mergesOf(tokenizer))
        merges.push_back(left + " " + right);
    return GgufMetadata{{"tokenizer.ggml.model", std::string("gpt2")},
                        {"tokenizer.ggml.pre", *pre},
                        {"tokenizer.ggml.tokens", GgufArray(std::move(vocabulary.tokens))},
                        {"tokenizer.ggml.token_type", GgufArray(std::move(vocabulary.types))},
                        {"tokenizer.ggml.merges", GgufArray(std::move(merges))}};
}

/// SentencePiece: llama.cpp merges by scores.
GgufMetadata sentencePieceKeys(const Json& tokenizer, Vocabulary vocabulary)
{
    const Json unknown = tokenizer["model"].value("unk_token", Json());
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id)
        if (unknown.is_string() && vocabulary.tokens[id] == unknown.get<std::string>())
            vocabulary.types[id] = Type::Unknown;
    auto scores = scoresOfMerges(vocabulary.tokens, mergesOf(tokenizer));
    return {{"tokenizer.ggml.model", std::string("llama")},
            {"tokenizer.ggml.pre", std::string("default")},
            {"tokenizer.ggml.tokens", GgufArray(std::move(vocabulary.tokens))},
            {"tokenizer.ggml.scores", GgufArray(std::move(scores))},
            {"tokenizer.ggml.token_type", GgufArray(std::move(vocabulary.types))},
            {"tokenizer.ggml.add_space_prefix", addsSpacePrefix(tokenizer)}};
}

void addSpecialTokens(const Tokenizer& tokenizer, const ModelConfig& model, const TokenizerConfig& config,
                      GgufMetadata& keys)
{
    const auto add = [&](const char* name, std::optional<std::int64_t> id) {
        if (id && *id >= 0)
            keys.emplace_back(fmt::format("tokenizer.ggml.{}_token_id", name),
                              static_cast<std::uint64_t>(*id));
    };
    const auto named = [&](const char* name) -> std::optional<std::int64_t> {
        const auto token = config.specialTokens.find(name);
        return token == config.specialTokens.end()
                   ? std::nullopt
                   : std::optional<std::int64_t>(tokenizer.tokenId(token->second));
    };
    add("bos", tokenizer.bosId());
    const std::vector<std::int32_t> ends = tokenizer.eosIds();
    if (!ends.empty()) add("eos", ends[0]);
    if (ends.size() > 1) add("eot", ends[1]);
    add("unknown", named("unk_token"));
    add("padding", named("pad_token") ? named("pad_token") : model.padTokenId);
    const auto plain = tokenizer.encode("a"), framed = tokenizer.encode("a", true);
    const auto begins = [&] { return framed.size() > plain.size() && framed.front() == tokenizer.bosId(); };
    const auto finishes = [&] {
        return framed.size() > plain.size() && !ends.empty() && framed.back() == ends[0];
    };
    keys.emplace_back("tokenizer.ggml.add_bos_token", begins());
    keys.emplace_back("tokenizer.ggml.add_eos_token", finishes());
}

Result<GgufMetadata> keysOfFolder(const ModelFiles& model)
{
    const auto tokenizer = Tokenizer::open(model); // checks all that is used below
    if (!tokenizer) return std::unexpected(tokenizer.error());
    const auto config = TokenizerConfig::fromFolder(model.folder());
    if (!config) return std::unexpected(config.error());
    const std::string origin = (model.folder() / "tokenizer.json").string();
    const Json json = Json::parse(tokenizer->tokenizerJson(), nullptr, false);
    try {
        Vocabulary vocabulary = vocabularyOf(json, model.config().vocabSize);
        auto made = isSentencePiece(json) ? std::optional(sentencePieceKeys(json, std::move(vocabulary)))
                                          : bytePairKeys(json, std::move(vocabulary));
        if (!made) return cannotHold(origin, "it splits or normalises text in a way");
        GgufMetadata keys = std::move(*made);
        addSpecialTokens(*tokenizer, model.config(), *config, keys);
        if (!config->chatTemplate.empty()) keys.emplace_back("tokenizer.chat_template", config->chatTemplate);
        return keys;
    } catch (const std::exception& exception) {
        return brokenTokenizer(origin, fmt::format("an entry does not fit: {}", exception.what()));
    }
}

} // namespace

bool hasTokenizer(const ModelFiles& model)
{
    std::error_code error;
    if (model.kind() != ModelKind::Gguf)
        return std::filesystem::exists(model.folder() / "tokenizer.json", error);
    const auto file = GgufFile::open(model.path());
    return file && file->value("tokenizer.ggml.model") != nullptr;
}

Result<GgufMetadata> ggufVocabulary(const ModelFiles& model)
{
    if (!hasTokenizer(model))
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: has no tokenizer, and a GGUF carries its own", model.path().string()),
                    "Put tokenizer.json beside config.json, or export safetensors.");
    return model.kind() == ModelKind::Gguf ? keysOfGguf(model.path()) : keysOfFolder(model);
}

} // namespace boolab
