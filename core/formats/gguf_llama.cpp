// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_llama.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace boolab
{

namespace
{

struct Renamed {
    std::string_view ggml, huggingFace;
};

constexpr std::array kBlockNames = {
    Renamed{"attn_norm", "input_layernorm"}, Renamed{"ffn_norm", "post_attention_layernorm"},
    Renamed{"attn_q", "self_attn.q_proj"},   Renamed{"attn_k", "self_attn.k_proj"},
    Renamed{"attn_v", "self_attn.v_proj"},   Renamed{"attn_output", "self_attn.o_proj"},
    Renamed{"ffn_gate", "mlp.gate_proj"},    Renamed{"ffn_up", "mlp.up_proj"},
    Renamed{"ffn_down", "mlp.down_proj"},
};
constexpr std::array kOuterNames = {
    Renamed{"token_embd.weight", "model.embed_tokens.weight"},
    Renamed{"output_norm.weight", "model.norm.weight"},
    Renamed{"output.weight", "lm_head.weight"},
};

/// Reads metadata with the first missing key remembered.
class Keys
{
public:
    explicit Keys(const GgufFile& file) : m_file(file) {}
    const std::optional<Error>& error() const { return m_error; }

    std::int64_t positive(const std::string& key, std::optional<std::int64_t> otherwise = {})
    {
        const auto value = m_file.value(key) ? m_file.integer(key) : otherwise;
        if (!value || *value <= 0 || *value > (1ll << 31))
            remember(fmt::format("metadata key \"{}\" {}", key,
                                 m_file.value(key) ? "is no sensible positive integer" : "is missing"));
        return value.value_or(0);
    }

    double positiveReal(const std::string& key, std::optional<double> otherwise = {})
    {
        const auto value = m_file.value(key) ? m_file.real(key) : otherwise;
        if (!value || !(*value > 0))
            remember(fmt::format("metadata key \"{}\" {}", key,
                                 m_file.value(key) ? "is not positive" : "is missing"));
        return value.value_or(0);
    }

    void remember(const std::string& what)
    {
        if (!m_error)
            m_error = Error{ErrorCode::BadInput, fmt::format("{}: {}", m_file.path().string(), what),
                            "Convert the model to GGUF again."};
    }

private:
    const GgufFile& m_file;
    std::optional<Error> m_error;
};

void readRope(const GgufFile& file, Keys& keys, ModelConfig& config)
{
    config.ropeTheta = keys.positiveReal("llama.rope.freq_base", 10000.0);
    RopeScaling& scaling = config.ropeScaling;
    const std::string type = file.text("llama.rope.scaling.type").value_or("none");
    if (type == "linear")
        scaling.type = RopeScaling::Type::Linear;
    else if (type == "yarn")
        scaling.type = RopeScaling::Type::Yarn;
    else if (type != "none")
        keys.remember(fmt::format("llama.rope.scaling.type is \"{}\", expected none, linear or yarn", type));
    if (scaling.type != RopeScaling::Type::None) {
        scaling.factor = keys.positiveReal("llama.rope.scaling.factor");
        scaling.originalMaxPositions =
            keys.positive("llama.rope.scaling.original_context_length", config.maxPositions);
    }
    if (const GgufTensor* divisors = file.find("rope_freqs.weight")) {
        scaling.frequencyDivisors.resize(static_cast<std::size_t>(config.headDim / 2));
        if (!dequantize(divisors->dtype, divisors->bytes, scaling.frequencyDivisors))
            keys.remember(
                fmt::format("tensor \"rope_freqs.weight\" does not have {} values", config.headDim / 2));
    }
}

nlohmann::json configJson(const ModelConfig& config)
{
    nlohmann::json json = {{"architectures", {"LlamaForCausalLM"}},
                           {"model_type", "llama"},
                           {"hidden_act", "silu"},
                           {"vocab_size", config.vocabSize},
                           {"hidden_size", config.hiddenSize},
                           {"intermediate_size", config.intermediateSize},
                           {"num_hidden_layers", config.numLayers},
                           {"num_attention_heads", config.numHeads},
                           {"num_key_value_heads", config.numKvHeads},
                           {"head_dim", config.headDim},
                           {"max_position_embeddings", config.maxPositions},
                           {"rms_norm_eps", config.rmsNormEps},
                           {"rope_theta", config.ropeTheta},
                           {"tie_word_embeddings", config.tieWordEmbeddings},
                           {"attention_bias", config.attentionBias},
                           {"mlp_bias", config.mlpBias},
                           {"torch_dtype", "bfloat16"}};
    if (config.bosTokenId) json["bos_token_id"] = *config.bosTokenId;
    if (config.padTokenId) json["pad_token_id"] = *config.padTokenId;
    if (!config.eosTokenIds.empty()) json["eos_token_id"] = config.eosTokenIds.front();
    const RopeScaling& scaling = config.ropeScaling;
    if (scaling.type == RopeScaling::Type::Linear || scaling.type == RopeScaling::Type::Yarn)
        json["rope_scaling"] = {{"rope_type", scaling.type == RopeScaling::Type::Linear ? "linear" : "yarn"},
                                {"factor", scaling.factor},
                                {"original_max_position_embeddings", scaling.originalMaxPositions}};
    // transformers has no field for divisors of single frequencies; loaders of ours read this one.
    if (!scaling.frequencyDivisors.empty()) json["rope_frequency_divisors"] = scaling.frequencyDivisors;
    return json;
}

} // namespace

Result<ModelConfig> ggufLlamaConfig(const GgufFile& file)
{
    const auto architecture = file.text("general.architecture");
    if (!architecture)
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: metadata key \"general.architecture\" is missing", file.path().string()),
                    "This GGUF holds no model, or is damaged.");
    if (*architecture != "llama")
        return fail(
            ErrorCode::Unsupported,
            fmt::format("{}: architecture \"{}\" is not supported", file.path().string(), *architecture),
            "Supported: llama (LLaMA, SmolLM and models of the same architecture).");
    Keys keys(file);
    ModelConfig config;
    config.modelType = "llama";
    config.hiddenSize = keys.positive("llama.embedding_length");
    config.intermediateSize = keys.positive("llama.feed_forward_length");
    config.numLayers = keys.positive("llama.block_count");
    config.numHeads = keys.positive("llama.attention.head_count");
    config.numKvHeads = keys.positive("llama.attention.head_count_kv", config.numHeads);
    config.maxPositions = keys.positive("llama.context_length");
    config.rmsNormEps = keys.positiveReal("llama.attention.layer_norm_rms_epsilon");
    if (keys.error()) return std::unexpected(*keys.error());
    config.headDim = keys.positive("llama.attention.key_length", config.hiddenSize / config.numHeads);
    if (config.numHeads % config.numKvHeads != 0)
        keys.remember(
            fmt::format("{} heads cannot share {} key/value heads", config.numHeads, config.numKvHeads));
    if (config.headDim % 2 != 0 ||
        keys.positive("llama.rope.dimension_count", config.headDim) != config.headDim)
        keys.remember("llama.rope.dimension_count differs from the head's width, which is not supported");
    const GgufTensor* embedding = file.find("token_embd.weight");
    if (!embedding || embedding->shape.size() != 2) {
        keys.remember("tensor \"token_embd.weight\" is missing");
        return std::unexpected(*keys.error());
    }
    config.vocabSize = embedding->shape[0];
    config.tieWordEmbeddings = !file.find("output.weight");
    config.attentionBias = file.find("blk.0.attn_q.bias") != nullptr;
    config.mlpBias = file.find("blk.0.ffn_gate.bias") != nullptr;
    config.bosTokenId = file.integer("tokenizer.ggml.bos_token_id");
    config.padTokenId = file.integer("tokenizer.ggml.padding_token_id");
    if (const auto eos = file.integer("tokenizer.ggml.eos_token_id")) config.eosTokenIds.push_back(*eos);
    readRope(file, keys, config);
    if (keys.error()) return std::unexpected(*keys.error());
    config.source = configJson(config);
    return config;
}

std::optional<std::string> huggingFaceName(std::string_view ggufName)
{
    for (const Renamed& name : kOuterNames)
        if (ggufName == name.ggml) return std::string(name.huggingFace);
    if (!ggufName.starts_with("blk.")) return {};
    const std::size_t numberEnd = ggufName.find('.', 4), kind = ggufName.rfind('.');
    if (numberEnd == std::string_view::npos || kind <= numberEnd) return {};
    const std::string_view number = ggufName.substr(4, numberEnd - 4),
                           part = ggufName.substr(numberEnd + 1, kind - numberEnd - 1);
    for (const Renamed& name : kBlockNames)
        if (part == name.ggml)
            return fmt::format("model.layers.{}.{}{}", number, name.huggingFace, ggufName.substr(kind));
    return {};
}

bool isRopePermuted(std::string_view name)
{
    return name.find(".self_attn.q_proj.") != std::string_view::npos ||
           name.find(".self_attn.k_proj.") != std::string_view::npos;
}

void unpermuteRopeRows(std::span<const float> source, std::span<float> destination, std::int64_t rows,
                       std::int64_t columns, std::int64_t heads)
{
    // ggml interleaves the two halves of a head: its row 2i + h is Hugging Face's row h * half + i.
    const std::int64_t width = rows / heads, half = width / 2;
    for (std::int64_t head = 0; head < heads; ++head)
        for (std::int64_t h = 0; h < 2; ++h)
            for (std::int64_t i = 0; i < half; ++i)
                std::copy_n(source.begin() + (head * width + 2 * i + h) * columns, columns,
                            destination.begin() + (head * width + h * half + i) * columns);
}

} // namespace boolab
