// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_llama_metadata.h"

namespace boolab
{

namespace
{

GgufValue size(std::int64_t value)
{
    return static_cast<std::uint64_t>(value);
}

void addRopeScaling(const RopeScaling& scaling, GgufMetadata& keys)
{
    const bool linear = scaling.type == RopeScaling::Type::Linear;
    if (!linear && scaling.type != RopeScaling::Type::Yarn) return;
    keys.emplace_back("llama.rope.scaling.type", std::string(linear ? "linear" : "yarn"));
    keys.emplace_back("llama.rope.scaling.factor", scaling.factor);
    if (!linear)
        keys.emplace_back("llama.rope.scaling.original_context_length", size(scaling.originalMaxPositions));
}

} // namespace

GgufMetadata ggufLlamaMetadata(const ModelConfig& config)
{
    GgufMetadata keys = {{"llama.vocab_size", size(config.vocabSize)},
                         {"llama.context_length", size(config.maxPositions)},
                         {"llama.embedding_length", size(config.hiddenSize)},
                         {"llama.block_count", size(config.numLayers)},
                         {"llama.feed_forward_length", size(config.intermediateSize)},
                         {"llama.attention.head_count", size(config.numHeads)},
                         {"llama.attention.head_count_kv", size(config.numKvHeads)},
                         {"llama.attention.key_length", size(config.headDim)},
                         {"llama.attention.value_length", size(config.headDim)},
                         {"llama.attention.layer_norm_rms_epsilon", config.rmsNormEps},
                         {"llama.rope.dimension_count", size(config.headDim)},
                         {"llama.rope.freq_base", config.ropeTheta}};
    addRopeScaling(config.ropeScaling, keys);
    return keys;
}

} // namespace boolab
