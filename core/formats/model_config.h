// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace boolab
{

/// How rotary positions are stretched beyond the trained context (transformers' rope_scaling /
/// rope_parameters).
struct RopeScaling {
    enum class Type { None, Linear, Llama3, Yarn };
    Type type = Type::None;
    double factor = 1.0;
    double lowFrequencyFactor = 1.0;  ///< llama3
    double highFrequencyFactor = 4.0; ///< llama3
    std::int64_t originalMaxPositions = 0;
    /// GGUF may carry the divisors of the frequencies themselves (rope_freqs.weight); empty otherwise.
    /// (headDim/2)
    std::vector<float> frequencyDivisors;
};

/// What a LLaMA-architecture model is, from config.json (both spellings) or GGUF metadata.
struct ModelConfig {
    std::string modelType; ///< "llama"
    std::int64_t vocabSize = 0, hiddenSize = 0, intermediateSize = 0, numLayers = 0;
    std::int64_t numHeads = 0, numKvHeads = 0, headDim = 0, maxPositions = 0;
    double rmsNormEps = 1e-6;
    double ropeTheta = 10000.0;
    RopeScaling ropeScaling;
    bool tieWordEmbeddings = false, attentionBias = false, mlpBias = false;
    std::optional<std::int64_t> bosTokenId, padTokenId;
    std::vector<std::int64_t> eosTokenIds;
    /// config.json as read, or as transformers would write it for a GGUF: what a derived model's config
    /// starts from.
    nlohmann::json source;

    /// Reads and checks a config.json; `origin` names the file in errors.
    static Result<ModelConfig> fromJson(const nlohmann::json& json, const std::string& origin);
};

} // namespace boolab
