// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_llama.h"

#include "core/formats/gguf_cursor.h"
#include "core/formats/gguf_keys.h"
#include "core/formats/gguf_llama_tensors.h"
#include "core/formats/gguf_rope.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab
{

namespace
{

constexpr const char* kSupportedArchitectures =
    "llama (LLaMA, SmolLM, Mistral and models of the same architecture)";

Status checkKind(const GgufFile& file)
{
    const auto refuse = [&](ErrorCode code, const std::string& what, std::string hint) {
        return fail(code, fmt::format("{}: {}", file.path().string(), what), std::move(hint));
    };
    const auto architecture = file.text("general.architecture");
    if (!architecture)
        return refuse(ErrorCode::BadInput, "key \"general.architecture\" is missing or no text",
                      "The file holds no model: convert or download it again.");
    if (*architecture != "llama")
        return refuse(ErrorCode::Unsupported,
                      fmt::format("key \"general.architecture\" is {}; supported is {}",
                                  quotedName(*architecture), kSupportedArchitectures),
                      "Use a model of a supported architecture.");
    if (const auto parts = file.integer("split.count").value_or(1); parts > 1)
        return refuse(ErrorCode::Unsupported,
                      fmt::format("this is part {} of a model split into {} files",
                                  file.integer("split.no").value_or(0) + 1, parts),
                      "Merge the parts with llama.cpp's llama-gguf-split --merge.");
    if (file.integer("llama.expert_count").value_or(0) > 0)
        return refuse(ErrorCode::Unsupported,
                      "key \"llama.expert_count\": mixtures of experts are not supported",
                      "Use a dense model.");
    return {};
}

void readSizes(GgufKeys& keys, ModelConfig& config)
{
    config.modelType = "llama";
    config.hiddenSize = keys.size("llama.embedding_length");
    config.intermediateSize = keys.size("llama.feed_forward_length");
    config.numLayers = keys.size("llama.block_count");
    config.numHeads = keys.size("llama.attention.head_count");
    config.numKvHeads = keys.size("llama.attention.head_count_kv", config.numHeads);
    config.maxPositions = keys.size("llama.context_length");
    config.rmsNormEps = keys.positive("llama.attention.layer_norm_rms_epsilon");
    if (config.numHeads % config.numKvHeads != 0)
        keys.refuse(
            fmt::format("key \"llama.attention.head_count_kv\" is {}, which does not divide the {} heads",
                        config.numKvHeads, config.numHeads));
}

/// Converters before key_length wrote the width of a head as the number of rotated dimensions alone.
void readHeadDim(GgufKeys& keys, const GgufFile& file, ModelConfig& config)
{
    if (!file.value("llama.attention.key_length") && !file.value("llama.rope.dimension_count") &&
        config.hiddenSize % config.numHeads != 0)
        keys.refuse(fmt::format(
            "key \"llama.attention.key_length\" is missing, and {} heads do not divide a width of {}",
            config.numHeads, config.hiddenSize));
    const auto rotated = keys.size("llama.rope.dimension_count", config.hiddenSize / config.numHeads);
    config.headDim = keys.size("llama.attention.key_length", rotated);
    if (file.value("llama.rope.dimension_count") && rotated != config.headDim)
        keys.refuse(fmt::format("key \"llama.rope.dimension_count\" is {}, but heads are {} wide", rotated,
                                config.headDim),
                    ErrorCode::Unsupported, "Boolab takes models that rotate whole heads.");
    if (const auto values = keys.size("llama.attention.value_length", config.headDim);
        values != config.headDim)
        keys.refuse(fmt::format("key \"llama.attention.value_length\" is {}, but keys are {} wide", values,
                                config.headDim),
                    ErrorCode::Unsupported, "Boolab takes models whose keys and values are of one width.");
    if (config.headDim % 2 != 0)
        keys.refuse(
            fmt::format("heads are {} wide, but rotary positions need an even width", config.headDim));
}

void readVocabulary(GgufKeys& keys, const GgufFile& file, ModelConfig& config)
{
    const auto* embedding = file.find("token_embd.weight");
    if (!embedding || embedding->shape.size() != 2)
        return keys.refuse(
            "tensor \"token_embd.weight\" is missing or no matrix", ErrorCode::BadInput,
            "The file is incomplete or holds a vocabulary alone: convert or download it again.");
    config.vocabSize = keys.size("llama.vocab_size", embedding->shape[0]);
    config.bosTokenId = keys.token("tokenizer.ggml.bos_token_id", config.vocabSize);
    config.padTokenId = keys.token("tokenizer.ggml.padding_token_id", config.vocabSize);
    for (const char* key : {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"})
        if (const auto id = keys.token(key, config.vocabSize);
            id && (config.eosTokenIds.empty() || config.eosTokenIds.front() != *id))
            config.eosTokenIds.push_back(*id);
}

void readTensorKinds(const GgufFile& file, ModelConfig& config)
{
    const auto anyBias = [&](std::initializer_list<const char*> parts) {
        return std::ranges::any_of(parts, [&](const char* part) {
            return file.find(fmt::format("blk.0.{}.bias", part)) != nullptr;
        });
    };
    config.tieWordEmbeddings = !file.find("output.weight");
    config.attentionBias = anyBias({"attn_q", "attn_k", "attn_v", "attn_output"});
    config.mlpBias = anyBias({"ffn_gate", "ffn_up", "ffn_down"});
}

nlohmann::json ropeScalingJson(const RopeScaling& scaling)
{
    switch (scaling.type) {
    case RopeScaling::Type::None:
        return nullptr;
    case RopeScaling::Type::Linear:
        return {{"rope_type", "linear"}, {"factor", scaling.factor}};
    case RopeScaling::Type::Yarn:
        return {{"rope_type", "yarn"},
                {"factor", scaling.factor},
                {"original_max_position_embeddings", scaling.originalMaxPositions}};
    case RopeScaling::Type::Llama3:
        return {{"rope_type", "llama3"},
                {"factor", scaling.factor},
                {"low_freq_factor", scaling.lowFrequencyFactor},
                {"high_freq_factor", scaling.highFrequencyFactor},
                {"original_max_position_embeddings", scaling.originalMaxPositions}};
    }
    return nullptr;
}

nlohmann::json idOrNull(const std::optional<std::int64_t>& id)
{
    return id ? nlohmann::json(*id) : nlohmann::json();
}

/// As transformers writes a LlamaForCausalLM's. Absent tokens are null: without the key, transformers assumes
/// 1 and 2.
nlohmann::json configJson(const ModelConfig& config)
{
    nlohmann::json json = {{"architectures", {"LlamaForCausalLM"}},
                           {"attention_bias", config.attentionBias},
                           {"attention_dropout", 0.0},
                           {"bos_token_id", idOrNull(config.bosTokenId)},
                           {"eos_token_id", config.eosTokenIds},
                           {"head_dim", config.headDim},
                           {"hidden_act", "silu"},
                           {"hidden_size", config.hiddenSize},
                           {"initializer_range", 0.02},
                           {"intermediate_size", config.intermediateSize},
                           {"max_position_embeddings", config.maxPositions},
                           {"mlp_bias", config.mlpBias},
                           {"model_type", "llama"},
                           {"num_attention_heads", config.numHeads},
                           {"num_hidden_layers", config.numLayers},
                           {"num_key_value_heads", config.numKvHeads},
                           {"pad_token_id", idOrNull(config.padTokenId)},
                           {"pretraining_tp", 1},
                           {"rms_norm_eps", config.rmsNormEps},
                           {"rope_scaling", ropeScalingJson(config.ropeScaling)},
                           {"rope_theta", config.ropeTheta},
                           {"tie_word_embeddings", config.tieWordEmbeddings},
                           {"torch_dtype", "bfloat16"},
                           {"use_cache", true},
                           {"vocab_size", config.vocabSize}};
    if (config.eosTokenIds.size() < 2)
        json["eos_token_id"] =
            config.eosTokenIds.empty() ? nlohmann::json() : nlohmann::json(config.eosTokenIds[0]);
    // transformers has no field for divisors that no llama3 parameters give; ModelConfig::fromJson reads this
    // one.
    if (config.ropeScaling.type == RopeScaling::Type::None && !config.ropeScaling.frequencyDivisors.empty())
        json["rope_frequency_divisors"] = config.ropeScaling.frequencyDivisors;
    return json;
}

} // namespace

Result<ModelConfig> ggufLlamaConfig(const GgufFile& file)
{
    if (auto status = checkKind(file); !status) return std::unexpected(status.error());
    GgufKeys keys(file);
    ModelConfig config;
    readSizes(keys, config);
    readHeadDim(keys, file, config);
    readVocabulary(keys, file, config);
    readTensorKinds(file, config);
    readGgufRope(file, keys, config);
    if (keys.error()) return std::unexpected(*keys.error());
    if (auto status = checkGgufLlamaTensors(file, config); !status) return std::unexpected(status.error());
    config.source = configJson(config);
    return config;
}

} // namespace boolab
