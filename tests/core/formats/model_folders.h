// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/boolean_model_writer.h"
#include "tests/core/formats/file_helpers.h"

#include <algorithm>

namespace model_folders
{

inline std::filesystem::path tinyLlama()
{
    return BOOLAB_SOURCE_DIR "/resources/models/tiny-llama";
}

inline std::filesystem::path llama(const std::string& name)
{
    return std::filesystem::path(BOOLAB_SOURCE_DIR "/tests/engine/data/llama") / name;
}

/// A copy that a test may break.
inline std::filesystem::path copyOf(const std::filesystem::path& model, const std::filesystem::path& to)
{
    std::filesystem::remove_all(to);
    std::filesystem::create_directories(to.parent_path());
    std::filesystem::copy(model, to, std::filesystem::copy_options::recursive);
    return to;
}

/// Makes the first value of a tensor NaN, whatever its floating type.
inline void putNan(const std::filesystem::path& model, const std::string& tensor)
{
    editSafetensors(model / "model.safetensors", [&](nlohmann::json& header, std::string& data) {
        const std::size_t bytes = header.at(tensor).at("dtype") == "F32" ? 4 : 2;
        data.replace(header.at(tensor).at("data_offsets")[0].get<std::size_t>(), bytes, bytes, '\xff');
    });
}

/// Bits and scales of one layer in a pattern that depends on every index.
struct MadeLayer {
    std::string name;
    std::int64_t K = 0, out = 0, in = 0;
    std::vector<std::uint8_t> bits;
    std::vector<float> scaleOut, scaleIn; // multiples of 1/16: exact in every dtype

    MadeLayer(std::string layerName, std::int64_t kernels, std::int64_t rows, std::int64_t columns)
        : name(std::move(layerName)), K(kernels), out(rows), in(columns)
    {
        const std::int64_t rowBytes = (in + 7) / 8;
        for (std::int64_t i = 0; i < K * out * rowBytes; ++i) {
            const bool last = i % rowBytes == rowBytes - 1 && in % 8 != 0;
            const unsigned valid = last ? (1u << (in % 8)) - 1 : 0xFFu;
            bits.push_back(static_cast<std::uint8_t>((i * 37 + 11) & valid));
        }
        for (std::int64_t i = 0; i < K * out; ++i)
            scaleOut.push_back(static_cast<float>(i % 13 + 1) / 16);
        for (std::int64_t i = 0; i < K * in; ++i)
            scaleIn.push_back(static_cast<float>(i % 11 - 5) / 16);
    }

    boolab::BooleanLayerData data() const { return {name, K, out, in, bits, scaleOut, scaleIn}; }
};

inline std::vector<MadeLayer> layersOf(const boolab::ModelFiles& model, std::int64_t kernels)
{
    std::vector<MadeLayer> made;
    for (const auto& layer : model.linearLayers())
        made.emplace_back(layer.name, kernels, layer.outFeatures, layer.inFeatures);
    return made;
}

/// Views of `layers`, which must outlive it.
inline boolab::BooleanModelContent contentOf(const std::vector<MadeLayer>& layers)
{
    boolab::BooleanModelContent content;
    std::transform(layers.begin(), layers.end(), std::back_inserter(content.layers),
                   [](const MadeLayer& layer) { return layer.data(); });
    return content;
}

} // namespace model_folders
