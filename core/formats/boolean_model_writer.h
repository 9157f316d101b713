// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/formats/model_files.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace boolab
{

/// One converted layer to be written; all spans must live until write() returns.
struct BooleanLayerData {
    std::string name;
    std::int64_t kernelCount = 0, outFeatures = 0, inFeatures = 0;
    std::span<const std::uint8_t> bits; ///< (K, out, ceil(in/8))
    std::span<const float> scaleOut;    ///< (K, out)
    std::span<const float> scaleIn;     ///< (K, in)
};

/// A tensor that replaces the source model's (a finetuned norm, say).
struct ReplacedTensor {
    std::string name;
    std::span<const float> values;
};

struct BooleanModelContent {
    std::vector<BooleanLayerData> layers;
    std::vector<ReplacedTensor> replaced;
    DType scaleDType = DType::F32; ///< F32, F16 or BF16
    /// What the other tensors are written as: F32, F16, BF16; quantised GGUF sources are dequantised to it.
    DType otherDType = DType::BF16;
    /// Of a Boolean source: the other tensors stay in the type that they have.
    bool keepsDTypes = false;
    /// 8: embedding and head as int8 with one float16 scale per row; 16: as otherDType.
    std::int64_t embeddingBits = 16;
};

/// Refuses (Usage) a folder that holds something else than a model: writing would replace it whole.
Status checkModelOutput(const std::filesystem::path& folder);

/// Bytes of the weight file beside the bits and scales of Boolean layers: embeddings, norms, biases, header.
std::int64_t otherBytes(const ModelFiles& source, DType otherDType, std::int64_t embeddingBits);

/// Writes a Boolean model folder (design.md, Formats) atomically: config.json, model.safetensors, tokenizer
/// files (tokenizer.json is rebuilt from the metadata of a GGUF source). All tensors that are not in
/// `content` come from `source`, its other Boolean layers as they are. Refuses with OutOfDisk before writing
/// where the disk is too small.
Status writeBooleanModel(const std::filesystem::path& folder, const ModelFiles& source,
                         const BooleanModelContent& content);
/// The same into a folder that is there and that the caller puts in place.
Status writeBooleanModelFiles(const std::filesystem::path& folder, const ModelFiles& source,
                              const BooleanModelContent& content);

} // namespace boolab
