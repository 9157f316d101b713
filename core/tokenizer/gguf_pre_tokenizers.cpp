// SPDX-License-Identifier: Apache-2.0
// Names and patterns: llama.cpp, src/llama-vocab.cpp; patterns as the models' own tokenizer.json has them.
#include "core/tokenizer/gguf_pre_tokenizers.h"

#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>
#include <string_view>

namespace boolab
{

namespace
{

using Json = nlohmann::json;

constexpr auto kLlama3Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr auto kQwen2Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr auto kGpt2Pattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr auto kGpt2PatternOfDefault =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S))";

Json byteLevel(bool useRegex)
{
    return {
        {"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", useRegex}};
}

Json split(const char* pattern)
{
    return {
        {"type", "Split"}, {"pattern", {{"Regex", pattern}}}, {"behavior", "Isolated"}, {"invert", false}};
}

Json sequence(std::initializer_list<Json> steps)
{
    return {{"type", "Sequence"}, {"pretokenizers", Json(Json::array_t(steps))}};
}

bool isOneOf(std::string_view name, std::initializer_list<std::string_view> names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

Result<GgufPreTokenizer> ggufPreTokenizer(const std::string& name, const std::string& origin)
{
    GgufPreTokenizer result;
    if (isOneOf(name, {"llama3", "llama-v3", "llama-bpe", "falcon3", "pixtral"})) {
        result.preTokenizer = sequence({split(kLlama3Pattern), byteLevel(false)});
        result.ignoreMerges = true;
        result.addBos = name != "falcon3";
    } else if (isOneOf(name, {"dbrx", "smaug-bpe", "glm4", "chatglm-bpe"})) {
        result.preTokenizer = sequence({split(kLlama3Pattern), byteLevel(false)});
    } else if (isOneOf(name, {"qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan", "megrez"})) {
        result.preTokenizer = sequence({split(kQwen2Pattern), byteLevel(false)});
        if (name != "stablelm2") result.normalizer = {{"type", "NFC"}};
    } else if (isOneOf(name,
                       {"smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"})) {
        result.preTokenizer = sequence({{{"type", "Digits"}, {"individual_digits", true}}, byteLevel(true)});
    } else if (isOneOf(name, {"gpt-2", "phi-2", "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de",
                              "a.x-4.0", "mellum", "mpt", "olmo", "jais", "roberta-bpe", "trillion"})) {
        result.preTokenizer = sequence({split(kGpt2Pattern), byteLevel(false)});
    } else if (isOneOf(name, {"", "default"})) {
        result.preTokenizer = sequence({split(R"([\p{P}\$\+<=>\^~\|]+)"), split(kGpt2PatternOfDefault),
                                        split(R"(\p{N}+)"), split("[0-9][0-9][0-9]"), byteLevel(false)});
    } else {
        return fail(ErrorCode::Unsupported,
                    fmt::format("{}: the pre-tokenizer tokenizer.ggml.pre = {} is not known", origin, name),
                    "Use the model's Hugging Face folder, whose tokenizer.json says how it splits text.");
    }
    return result;
}

} // namespace boolab
