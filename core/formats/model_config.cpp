// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_config.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab
{

namespace
{

/// A bound on num_hidden_layers, far above any model: whoever opens one lists its layers.
constexpr std::int64_t kMaxLayers = 10'000;

/// Reads keys of a config.json and remembers the first complaint, so that the list of keys stays readable.
class ConfigKeys
{
public:
    ConfigKeys(const nlohmann::json& json, const std::string& origin) : m_json(json), m_origin(origin) {}

    const std::optional<Error>& error() const { return m_error; }

    void complain(const std::string& what, ErrorCode code = ErrorCode::BadInput,
                  const std::string& hint = "Compare with the config.json that the model was published with.")
    {
        if (!m_error) m_error = Error{code, fmt::format("{}: {}", m_origin, what), hint};
    }

    /// The value, or nothing where the key is absent or null.
    const nlohmann::json* find(const char* key) const
    {
        const auto found = m_json.find(key);
        return found == m_json.end() || found->is_null() ? nullptr : &*found;
    }

    std::int64_t size(const char* key, std::optional<std::int64_t> otherwise = {})
    {
        const nlohmann::json* value = find(key);
        if (!value) {
            if (!otherwise) complain(fmt::format("key \"{}\" is missing", key));
            return otherwise.value_or(0);
        }
        if (!value->is_number_integer() || value->get<double>() < 1 || value->get<double>() > 1e9) {
            complain(fmt::format("key \"{}\" is {}, expected a positive integer", key, value->dump()));
            return 0;
        }
        return value->get<std::int64_t>();
    }

    double positive(const char* key, double otherwise)
    {
        const nlohmann::json* value = find(key);
        if (!value) return otherwise;
        if (!value->is_number() || !(value->get<double>() > 0))
            complain(fmt::format("key \"{}\" is {}, expected a positive number", key, value->dump()));
        return value->is_number() ? value->get<double>() : otherwise;
    }

    bool flag(const char* key, bool otherwise)
    {
        const nlohmann::json* value = find(key);
        if (!value) return otherwise;
        if (!value->is_boolean())
            complain(fmt::format("key \"{}\" is {}, expected true or false", key, value->dump()));
        return value->is_boolean() && value->get<bool>();
    }

    std::string text(const char* key, const std::string& otherwise)
    {
        const nlohmann::json* value = find(key);
        if (!value) return otherwise;
        if (!value->is_string())
            complain(fmt::format("key \"{}\" is {}, expected a text", key, value->dump()));
        return value->is_string() ? value->get<std::string>() : otherwise;
    }

    std::vector<std::int64_t> tokens(const char* key)
    {
        const nlohmann::json* value = find(key);
        if (!value) return {};
        std::vector<std::int64_t> ids;
        const auto list = value->is_array() ? *value : nlohmann::json::array({*value});
        for (const auto& id : list) {
            if (!id.is_number_integer()) {
                complain(fmt::format("key \"{}\" is {}, expected a token id or a list of them", key,
                                     value->dump()));
                return {};
            }
            // Old configs write -1 for none.
            if (const auto token = id.get<std::int64_t>(); token >= 0) ids.push_back(token);
        }
        return ids;
    }

private:
    const nlohmann::json& m_json;
    const std::string& m_origin;
    std::optional<Error> m_error;
};

void complainOfPartialRotation(ConfigKeys& keys)
{
    keys.complain("rotary positions of a part of each head (\"partial_rotary_factor\") are not supported",
                  ErrorCode::Unsupported, "Supported: models that rotate whole heads.");
}

void readDivisors(const nlohmann::json& divisors, ConfigKeys& keys, ModelConfig& config)
{
    bool sound = divisors.is_array() && static_cast<std::int64_t>(divisors.size()) == config.headDim / 2;
    for (std::size_t i = 0; sound && i < divisors.size(); ++i) {
        sound = divisors[i].is_number() && divisors[i].get<float>() > 0;
        if (sound) config.ropeScaling.frequencyDivisors.push_back(divisors[i].get<float>());
    }
    if (!sound)
        keys.complain(
            fmt::format("key \"rope_frequency_divisors\" needs {} positive numbers", config.headDim / 2));
}

void readScaling(const nlohmann::json& json, const std::string& origin, ConfigKeys& outer,
                 ModelConfig& config)
{
    ConfigKeys keys(json, origin);
    const std::string type = keys.text("rope_type", keys.text("type", "default"));
    RopeScaling& scaling = config.ropeScaling;
    config.ropeTheta = keys.positive("rope_theta", config.ropeTheta);
    if (type == "default") {
        scaling.type = RopeScaling::Type::None;
    } else if (type == "linear") {
        scaling.type = RopeScaling::Type::Linear;
    } else if (type == "llama3") {
        scaling.type = RopeScaling::Type::Llama3;
    } else if (type == "yarn") {
        scaling.type = RopeScaling::Type::Yarn;
    } else {
        outer.complain(fmt::format("rope scaling \"{}\" is not supported", type), ErrorCode::Unsupported,
                       "Supported: default, linear, llama3, yarn.");
    }
    if (scaling.type != RopeScaling::Type::None && !keys.find("factor"))
        outer.complain(fmt::format("rope scaling \"{}\" has no \"factor\"", type));
    scaling.factor = keys.positive("factor", 1.0);
    scaling.lowFrequencyFactor = keys.positive("low_freq_factor", 1.0);
    scaling.highFrequencyFactor = keys.positive("high_freq_factor", 4.0);
    for (const char* key : {"low_freq_factor", "high_freq_factor"})
        if (scaling.type == RopeScaling::Type::Llama3 && !keys.find(key))
            outer.complain(fmt::format("rope scaling \"llama3\" has no \"{}\"", key));
    if (scaling.type == RopeScaling::Type::Llama3 &&
        scaling.lowFrequencyFactor >= scaling.highFrequencyFactor)
        outer.complain("rope scaling \"llama3\" needs low_freq_factor below high_freq_factor");
    for (const char* key : {"beta_fast", "beta_slow", "mscale", "mscale_all_dim", "attention_factor"})
        if (scaling.type == RopeScaling::Type::Yarn && keys.find(key) &&
            !(std::string(key) == "beta_fast" && keys.positive(key, 32) == 32) &&
            !(std::string(key) == "beta_slow" && keys.positive(key, 1) == 1))
            outer.complain(fmt::format("yarn's \"{}\" other than the default is not supported", key),
                           ErrorCode::Unsupported, "");
    if (scaling.type == RopeScaling::Type::Yarn && !keys.flag("truncate", true))
        outer.complain("yarn without \"truncate\" is not supported", ErrorCode::Unsupported, "");
    if (keys.positive("partial_rotary_factor", 1) != 1) complainOfPartialRotation(outer);
    scaling.originalMaxPositions = keys.size("original_max_position_embeddings", config.maxPositions);
    if (keys.error()) outer.complain(keys.error()->message.substr(origin.size() + 2));
}

} // namespace

Result<ModelConfig> ModelConfig::fromJson(const nlohmann::json& json, const std::string& origin)
{
    if (!json.is_object())
        return fail(ErrorCode::BadInput, fmt::format("{}: is not a JSON object", origin),
                    "A Hugging Face config.json was expected.");
    ConfigKeys keys(json, origin);
    ModelConfig config;
    config.source = json;
    config.modelType = keys.text("model_type", "");
    if (config.modelType.empty()) {
        keys.complain("key \"model_type\" is missing");
        return std::unexpected(*keys.error());
    }
    const bool mistral = config.modelType == "mistral";
    if (config.modelType != "llama" && !mistral)
        return fail(ErrorCode::Unsupported,
                    fmt::format("{}: architecture \"{}\" is not supported", origin, config.modelType),
                    "Supported: llama (LLaMA, SmolLM and models of the same architecture), mistral without a "
                    "sliding window.");
    // Without the key, transformers takes a window of 4096.
    if (mistral && (keys.find("sliding_window") || !json.contains("sliding_window")))
        keys.complain("a sliding window of attention is not supported", ErrorCode::Unsupported,
                      "Supported: models whose \"sliding_window\" is null.");
    if (const std::string activation = keys.text("hidden_act", "silu"); activation != "silu")
        keys.complain(fmt::format("key \"hidden_act\" is \"{}\", expected \"silu\"", activation),
                      ErrorCode::Unsupported, "Only SwiGLU MLPs are supported.");

    config.vocabSize = keys.size("vocab_size");
    config.hiddenSize = keys.size("hidden_size");
    config.intermediateSize = keys.size("intermediate_size");
    config.numLayers = keys.size("num_hidden_layers");
    if (config.numLayers > kMaxLayers)
        keys.complain(fmt::format("key \"num_hidden_layers\" is {}, expected at most {}", config.numLayers,
                                  kMaxLayers));
    config.numHeads = keys.size("num_attention_heads");
    config.numKvHeads =
        keys.size("num_key_value_heads", mistral ? 8 : std::max<std::int64_t>(1, config.numHeads));
    config.maxPositions = keys.size("max_position_embeddings", mistral ? 131072 : 2048);
    if (keys.error()) return std::unexpected(*keys.error());
    if (!keys.find("head_dim") && config.hiddenSize % config.numHeads != 0)
        keys.complain(fmt::format("hidden_size {} is no multiple of num_attention_heads {}",
                                  config.hiddenSize, config.numHeads));
    config.headDim = keys.size("head_dim", std::max<std::int64_t>(1, config.hiddenSize / config.numHeads));
    if (config.headDim % 2 != 0)
        keys.complain(fmt::format("heads are {} wide, rotary positions need an even width", config.headDim));
    if (config.numHeads % config.numKvHeads != 0)
        keys.complain(fmt::format("num_attention_heads {} is no multiple of num_key_value_heads {}",
                                  config.numHeads, config.numKvHeads));
    config.rmsNormEps = keys.positive("rms_norm_eps", 1e-6);
    config.ropeTheta = keys.positive("rope_theta", 10000.0);
    config.tieWordEmbeddings = keys.flag("tie_word_embeddings", false);
    config.attentionBias = keys.flag("attention_bias", false);
    config.mlpBias = keys.flag("mlp_bias", false);
    // Where both are there, transformers takes the first alone.
    bool scaled = false;
    for (const char* key : {"rope_scaling", "rope_parameters"})
        if (const nlohmann::json* scaling = keys.find(key)) {
            if (!scaling->is_object())
                keys.complain(fmt::format("key \"{}\" is {}, expected an object", key, scaling->dump()));
            else if (!scaled && !scaling->empty())
                readScaling(*scaling, origin, keys, config);
            scaled = scaled || !scaling->empty();
        }
    if (keys.positive("partial_rotary_factor", 1) != 1) complainOfPartialRotation(keys);
    if (const nlohmann::json* divisors = keys.find("rope_frequency_divisors"))
        readDivisors(*divisors, keys, config);
    const auto first = [](const std::vector<std::int64_t>& ids) {
        return ids.empty() ? std::optional<std::int64_t>() : ids.front();
    };
    config.bosTokenId = first(keys.tokens("bos_token_id"));
    config.padTokenId = first(keys.tokens("pad_token_id"));
    config.eosTokenIds = keys.tokens("eos_token_id");
    if (keys.error()) return std::unexpected(*keys.error());
    return config;
}

} // namespace boolab
