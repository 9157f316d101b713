// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/gguf_sentencepiece.h"

#include "core/tokenizer/gguf_token_type.h"
#include "core/tokenizer/metaspace.h"
#include "core/tokenizer/scored_merges.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

using Json = nlohmann::json;

Json replace(const char* from, const char* to)
{
    return {{"type", "Replace"}, {"pattern", {{"String", from}}}, {"content", to}};
}

Json normalizer(bool prefix)
{
    Json steps = Json::array();
    if (prefix) steps.push_back({{"type", "Prepend"}, {"prepend", kMetaspace}});
    steps.push_back(replace(" ", kMetaspace));
    return {{"type", "Sequence"}, {"normalizers", steps}};
}

Json decoder(bool prefix)
{
    Json steps = {replace(kMetaspace, " "), {{"type", "ByteFallback"}}, {{"type", "Fuse"}}};
    if (prefix) steps.push_back({{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
    return {{"type", "Sequence"}, {"decoders", steps}};
}

Json modelOf(const std::vector<ScoredPiece>& pieces, const std::string& unknown)
{
    Json vocabulary = Json::object(), merges = Json::array();
    for (std::size_t id = 0; id < pieces.size(); ++id)
        vocabulary.emplace(pieces[id].text, id);
    for (BpeMerge& merge : mergesOfPieces(pieces))
        merges.push_back({std::move(merge.first), std::move(merge.second)});
    return {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", unknown.empty() ? Json() : Json(unknown)},
            {"continuing_subword_prefix", nullptr},
            {"end_of_word_suffix", nullptr},
            {"fuse_unk", true},
            {"byte_fallback", true},
            {"ignore_merges", false},
            {"vocab", std::move(vocabulary)},
            {"merges", std::move(merges)}};
}

Status checkNormalization(const GgufFile& file)
{
    const auto refuse = [&](const char* key) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("{}: its tokenizer normalises text ({}), which Boolab does not",
                                file.path().string(), key),
                    "Use the model's Hugging Face folder, whose tokenizer.json Boolab reads.");
    };
    if (file.boolean("tokenizer.ggml.remove_extra_whitespaces").value_or(false))
        return refuse("tokenizer.ggml.remove_extra_whitespaces");
    if (file.value("tokenizer.ggml.precompiled_charsmap") != nullptr)
        return refuse("tokenizer.ggml.precompiled_charsmap");
    return {};
}

/// A component by its type, at the top or in a sequence.
const Json* find(const Json& component, const char* type, const char* list)
{
    if (!component.is_object()) return nullptr;
    if (component.value("type", "") == type) return &component;
    const auto steps = component.find(list);
    if (steps == component.end() || !steps->is_array()) return nullptr;
    for (const Json& step : *steps)
        if (step.is_object() && step.value("type", "") == type) return &step;
    return nullptr;
}

} // namespace

Result<SentencePieceParts> sentencePieceOf(const GgufFile& file)
{
    if (auto status = checkNormalization(file); !status) return std::unexpected(status.error());
    const auto& tokens = *file.texts("tokenizer.ggml.tokens");
    const auto* scores = file.reals("tokenizer.ggml.scores");
    const auto* types = file.integers("tokenizer.ggml.token_type");
    if (scores == nullptr || scores->size() != tokens.size())
        return fail(
            ErrorCode::BadInput,
            fmt::format("{}: tokenizer.ggml.scores has {} entries, expected one for each of {} tokens",
                        file.path().string(), scores == nullptr ? 0 : scores->size(), tokens.size()),
            "Convert the model to GGUF again, or use its Hugging Face folder.");
    std::vector<ScoredPiece> pieces;
    std::string unknown;
    for (std::size_t id = 0; id < tokens.size(); ++id) {
        const auto type = types == nullptr ? std::int64_t{GgufTokenType::Normal} : (*types)[id];
        pieces.push_back({tokens[id], (*scores)[id], type == GgufTokenType::Normal});
        if (type == GgufTokenType::Unknown && unknown.empty()) unknown = tokens[id];
    }
    const bool prefix = file.boolean("tokenizer.ggml.add_space_prefix").value_or(true);
    return SentencePieceParts{normalizer(prefix), decoder(prefix), modelOf(pieces, unknown)};
}

bool isSentencePiece(const Json& tokenizer)
{
    const Json model = tokenizer.value("model", Json::object());
    if (!model.is_object() || !model.value("byte_fallback", false)) return false;
    const Json pre = tokenizer.value("pre_tokenizer", Json()), normal = tokenizer.value("normalizer", Json());
    if (const Json* metaspace = find(pre, "Metaspace", "pretokenizers"))
        return normal.is_null() && metaspace->value("replacement", kMetaspace) == kMetaspace &&
               !metaspace->value("split", true);
    for (const bool prefix : {false, true})
        if (pre.is_null() && normal == normalizer(prefix)) return true;
    return pre.is_null() && normal == replace(" ", kMetaspace);
}

bool addsSpacePrefix(const Json& tokenizer)
{
    const Json pre = tokenizer.value("pre_tokenizer", Json());
    if (const Json* metaspace = find(pre, "Metaspace", "pretokenizers"))
        return metaspace->value("prepend_scheme",
                                metaspace->value("add_prefix_space", true) ? "always" : "never") != "never";
    return find(tokenizer.value("normalizer", Json()), "Prepend", "normalizers") != nullptr;
}

} // namespace boolab
