// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/gguf_tokenizer.h"

#include "core/tokenizer/gguf_pre_tokenizers.h"
#include "core/tokenizer/gguf_sentencepiece.h"
#include "core/tokenizer/gguf_token_type.h"
#include "core/tokenizer/tokenizer_errors.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

using Json = nlohmann::json;

std::unexpected<Error> refuse(const GgufFile& file, const std::string& what)
{
    return fail(ErrorCode::BadInput, fmt::format("{}: {}", file.path().string(), what),
                "Convert the model to GGUF again, or use its Hugging Face folder.");
}

std::optional<std::string> tokenOf(const GgufFile& file, const char* key)
{
    const auto id = file.integer(key);
    const auto* tokens = file.texts("tokenizer.ggml.tokens");
    if (!id || *id < 0 || *id >= static_cast<std::int64_t>(tokens->size())) return std::nullopt;
    return (*tokens)[static_cast<std::size_t>(*id)];
}

Json addedTokens(const GgufFile& file)
{
    const auto& tokens = *file.texts("tokenizer.ggml.tokens");
    const auto* types = file.integers("tokenizer.ggml.token_type");
    Json added = Json::array();
    for (std::size_t id = 0; types && id < tokens.size(); ++id) {
        const auto type = (*types)[id];
        const bool isUnknown = type == GgufTokenType::Unknown;
        if (type != GgufTokenType::Control && type != GgufTokenType::UserDefined && !isUnknown) continue;
        added.push_back({{"id", id},
                         {"content", tokens[id]},
                         {"single_word", false},
                         {"lstrip", false},
                         {"rstrip", false},
                         {"normalized", false},
                         {"special", type != GgufTokenType::UserDefined}});
    }
    return added;
}

Result<Json> bpeModel(const GgufFile& file, bool ignoreMerges)
{
    const auto& tokens = *file.texts("tokenizer.ggml.tokens");
    Json vocabulary = Json::object();
    for (std::size_t id = 0; id < tokens.size(); ++id)
        vocabulary.emplace(tokens[id], id);
    Json merges = Json::array();
    for (const auto& merge : *file.texts("tokenizer.ggml.merges")) {
        const auto space = merge.find(' ', 1);
        if (space == std::string::npos)
            return refuse(file, fmt::format("tokenizer.ggml.merges has \"{}\", expected two tokens", merge));
        merges.push_back({merge.substr(0, space), merge.substr(space + 1)});
    }
    return Json{{"type", "BPE"},
                {"dropout", nullptr},
                {"unk_token", nullptr},
                {"continuing_subword_prefix", nullptr},
                {"end_of_word_suffix", nullptr},
                {"fuse_unk", false},
                {"byte_fallback", false},
                {"ignore_merges", ignoreMerges},
                {"vocab", std::move(vocabulary)},
                {"merges", std::move(merges)}};
}

/// The text between the BOS and EOS tokens that the GGUF asks for.
Json postProcessor(const GgufFile& file, bool bosByDefault)
{
    const auto text = [](const char* id, int type) {
        return Json{{"Sequence", {{"id", id}, {"type_id", type}}}};
    };
    const auto special = [](const std::string& token, int type) {
        return Json{{"SpecialToken", {{"id", token}, {"type_id", type}}}};
    };
    const auto bos = file.boolean("tokenizer.ggml.add_bos_token").value_or(bosByDefault)
                         ? tokenOf(file, "tokenizer.ggml.bos_token_id")
                         : std::nullopt;
    const auto eos = file.boolean("tokenizer.ggml.add_eos_token").value_or(false)
                         ? tokenOf(file, "tokenizer.ggml.eos_token_id")
                         : std::nullopt;
    Json single = Json::array(), pair = Json::array(), tokens = Json::object();
    const auto add = [&](const std::optional<std::string>& token, const char* key, int type) {
        if (!token) return;
        if (type == 0) single.push_back(special(*token, 0));
        pair.push_back(special(*token, type));
        tokens[*token] = {{"id", *token}, {"ids", {*file.integer(key)}}, {"tokens", {*token}}};
    };
    for (int type = 0; type < 2; ++type) {
        add(bos, "tokenizer.ggml.bos_token_id", type);
        if (type == 0) single.push_back(text("A", 0));
        pair.push_back(text(type == 0 ? "A" : "B", type));
        add(eos, "tokenizer.ggml.eos_token_id", type);
    }
    return {{"type", "TemplateProcessing"}, {"single", single}, {"pair", pair}, {"special_tokens", tokens}};
}

/// What the two kinds of tokenizer differ in.
struct Parts {
    Json normalizer, preTokenizer, decoder, model;
    bool addBos = false; ///< where the file does not say
};

Result<Parts> bytePairParts(const GgufFile& file)
{
    const auto pre = ggufPreTokenizer(file.text("tokenizer.ggml.pre").value_or(""), file.path().string());
    if (!pre) return std::unexpected(pre.error());
    auto model = bpeModel(file, pre->ignoreMerges);
    if (!model) return std::unexpected(model.error());
    const Json decoder = {
        {"type", "ByteLevel"}, {"add_prefix_space", true}, {"trim_offsets", true}, {"use_regex", true}};
    return Parts{pre->normalizer, pre->preTokenizer, decoder, std::move(*model), pre->addBos};
}

Result<Parts> sentencePieceParts(const GgufFile& file)
{
    auto parts = sentencePieceOf(file);
    if (!parts) return std::unexpected(parts.error());
    return Parts{std::move(parts->normalizer), Json(), std::move(parts->decoder), std::move(parts->model),
                 true};
}

nlohmann::ordered_json configJson(const GgufFile& file, bool bosByDefault)
{
    nlohmann::ordered_json config;
    config["tokenizer_class"] = "PreTrainedTokenizerFast";
    config["clean_up_tokenization_spaces"] = false;
    config["add_bos_token"] = file.boolean("tokenizer.ggml.add_bos_token").value_or(bosByDefault);
    config["add_eos_token"] = file.boolean("tokenizer.ggml.add_eos_token").value_or(false);
    constexpr std::pair<const char*, const char*> kTokens[] = {
        {"bos_token", "tokenizer.ggml.bos_token_id"},
        {"eos_token", "tokenizer.ggml.eos_token_id"},
        {"unk_token", "tokenizer.ggml.unknown_token_id"},
        {"pad_token", "tokenizer.ggml.padding_token_id"}};
    for (const auto& [name, key] : kTokens)
        if (const auto token = tokenOf(file, key)) config[name] = *token;
    if (const auto architecture = file.text("general.architecture"))
        if (const auto length = file.integer(*architecture + ".context_length"))
            config["model_max_length"] = *length;
    if (const auto text = file.text("tokenizer.chat_template")) config["chat_template"] = *text;
    return config;
}

Status checkMetadata(const GgufFile& file)
{
    const auto model = file.text("tokenizer.ggml.model");
    if (!model) return refuse(file, "there is no tokenizer.ggml.model, so the file holds no tokenizer");
    if (*model != "gpt2" && *model != "llama")
        return fail(ErrorCode::Unsupported,
                    fmt::format("{}: the tokenizer tokenizer.ggml.model = {} is not supported, expected gpt2 "
                                "(byte-level BPE) or llama (SentencePiece BPE)",
                                file.path().string(), *model),
                    "Use the model's Hugging Face folder, whose tokenizer.json Boolab reads.");
    const auto* tokens = file.texts("tokenizer.ggml.tokens");
    if (!tokens || tokens->empty()) return refuse(file, "tokenizer.ggml.tokens is missing or empty");
    if (*model == "gpt2" && !file.texts("tokenizer.ggml.merges"))
        return refuse(file, "tokenizer.ggml.merges is missing");
    const auto* types = file.integers("tokenizer.ggml.token_type");
    if (types && types->size() != tokens->size())
        return refuse(
            file, fmt::format("tokenizer.ggml.token_type has {} entries, expected one for each of {} tokens",
                              types->size(), tokens->size()));
    return {};
}

} // namespace

Result<GgufTokenizer> tokenizerFromGguf(const GgufFile& file)
{
    if (auto status = checkMetadata(file); !status) return std::unexpected(status.error());
    auto parts =
        file.text("tokenizer.ggml.model") == "llama" ? sentencePieceParts(file) : bytePairParts(file);
    if (!parts) return std::unexpected(parts.error());

    GgufTokenizer result;
    result.tokenizer = {{"version", "1.0"},
                        {"truncation", nullptr},
                        {"padding", nullptr},
                        {"added_tokens", addedTokens(file)},
                        {"normalizer", std::move(parts->normalizer)},
                        {"pre_tokenizer", std::move(parts->preTokenizer)},
                        {"post_processor", postProcessor(file, parts->addBos)},
                        {"decoder", std::move(parts->decoder)},
                        {"model", std::move(parts->model)}};
    result.config = configJson(file, parts->addBos);
    for (const auto* key : {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"})
        if (const auto id = file.integer(key)) result.eosIds.push_back(*id);
    return result;
}

} // namespace boolab
