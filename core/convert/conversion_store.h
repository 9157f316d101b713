// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/convert/converted_layer.h"
#include "core/formats/safetensors_file.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace boolab
{

/// A layer as it was stored; the views stay valid as long as the StoredLayer.
struct StoredLayer {
    SafetensorsFile file;
    std::int64_t kernelCount = 0;
    std::span<const std::uint8_t> bits;
    std::span<const float> scaleOut, scaleIn, errors;
};

/// The layers converted so far, beside the output ("<output>.conversion/"), so that a conversion that was
/// stopped or killed goes on where it was, and only the layer under work is in memory.
class ConversionStore
{
public:
    /// Opens the folder, or makes it. Layers of another job or model (`identity` differs) are dropped.
    static Result<ConversionStore> open(const std::filesystem::path& output, const nlohmann::json& identity);

    bool contains(const LinearLayerInfo& layer) const;
    Status save(const ConvertedLayer& layer);
    Result<StoredLayer> load(const LinearLayerInfo& layer) const;
    /// Layers that were there when it was opened.
    std::int64_t foundLayers() const { return m_found; }
    /// Deletes the folder, once the model is written.
    void remove();

private:
    explicit ConversionStore(std::filesystem::path folder) : m_folder(std::move(folder)) {}
    std::filesystem::path pathOf(const LinearLayerInfo& layer) const;

    std::filesystem::path m_folder;
    std::int64_t m_found = 0;
};

/// "<output>.conversion".
std::filesystem::path conversionFolder(const std::filesystem::path& output);

} // namespace boolab
