// SPDX-License-Identifier: Apache-2.0
// Inside core/formats: what stands behind a ModelFiles, and the openers of the three kinds.
#pragma once

#include "core/formats/gguf_file.h"
#include "core/formats/model_files.h"
#include "core/formats/safetensors_file.h"

#include <unordered_map>

namespace boolab
{

/// Far above what pays; bounds what a config may ask for.
inline constexpr std::int64_t kMaxKernels = 16;

/// "model.embed_tokens.weight_scale": the scales of an embedding stored in 8 bits.
inline constexpr const char* kRowScaleSuffix = "_scale";

struct ModelFiles::Impl {
    ModelKind kind = ModelKind::HuggingFace;
    std::filesystem::path path, folder;
    ModelConfig config;
    std::vector<TensorInfo> tensors;
    std::vector<std::span<const std::byte>> bytes; ///< by index of `tensors`
    std::unordered_map<std::string, std::size_t> byName;
    std::map<std::string, BooleanLayerView> booleanLayers;
    std::int64_t fileBytes = 0;

    std::vector<SafetensorsFile> safetensors; ///< own the mappings
    std::optional<GgufFile> gguf;

    /// Rows from `first` on of an int8 tensor with one scale per row.
    Status dequantizeInt8(const TensorInfo& tensor, std::int64_t first, std::span<const std::byte> rows,
                          std::span<float> destination) const;
    void add(TensorInfo info, std::span<const std::byte> data);
    const TensorInfo* find(const std::string& name) const;
};

/// Folder or single .safetensors.
Status openHuggingFace(ModelFiles::Impl& impl);
Status openGguf(ModelFiles::Impl& impl);
/// After openHuggingFace, where the config says that it is Boolean: reads and checks the Boolean layers.
Status readBooleanLayers(ModelFiles::Impl& impl);
/// The linear layers that the config asks for, whatever is stored.
std::vector<LinearLayerInfo> linearLayersOf(const ModelConfig& config);

} // namespace boolab
