// SPDX-License-Identifier: Apache-2.0
// A model on disk, whatever its format: one view with Hugging Face tensor names.
#pragma once

#include "core/base/error.h"
#include "core/formats/dtype.h"
#include "core/formats/model_config.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace boolab
{

enum class ModelKind { HuggingFace, Gguf, Boolean };

/// One stored tensor under its Hugging Face name; shape row-major, outermost first, as PyTorch prints it.
struct TensorInfo {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::int64_t byteSize = 0;

    std::int64_t elementCount() const;
};

/// A converted linear layer of a Boolean model (design.md, Formats). Views stay valid as long as the
/// ModelFiles.
struct BooleanLayerView {
    std::int64_t kernelCount = 0, outFeatures = 0, inFeatures = 0;
    std::span<const std::uint8_t> bits; ///< (K, out, ceil(in/8)), bit j of byte b is column 8b+j, 1 means +1
};

/// One linear layer of the transformer blocks: what convert turns into Boolean kernels.
struct LinearLayerInfo {
    std::string name; ///< "model.layers.0.self_attn.q_proj"
    std::int64_t outFeatures = 0, inFeatures = 0;
    std::int64_t kernelCount = 0; ///< 0 where the weight is dense
};

/// The linear layers of one block (q, k, v, o, gate, up, down), as the config has them.
std::vector<LinearLayerInfo> linearLayersOf(const ModelConfig& config, std::int64_t block);

/// An opened model: header, config and mapped data, all offsets and lengths checked. Cheap to open (nothing
/// is read but headers), immutable and safe to read from several threads.
class ModelFiles
{
public:
    /// Takes a Hugging Face folder, a .gguf, a .safetensors beside a config.json, or a Boolean model folder.
    static Result<ModelFiles> open(const std::filesystem::path& path);

    ModelFiles(ModelFiles&&) noexcept;
    ModelFiles& operator=(ModelFiles&&) noexcept;
    ~ModelFiles();

    ModelKind kind() const;
    /// The path as given, and the folder that holds config.json (a GGUF's own folder).
    const std::filesystem::path& path() const;
    const std::filesystem::path& folder() const;
    const ModelConfig& config() const;

    /// All tensors in file order, named as in Hugging Face LLaMA ("model.layers.0.self_attn.q_proj.weight").
    const std::vector<TensorInfo>& tensors() const;
    const TensorInfo* find(const std::string& name) const;
    bool contains(const std::string& name) const { return find(name) != nullptr; }
    /// Bytes as stored; for GGUF q/k weights still in ggml's permuted row order.
    std::span<const std::byte> bytes(const TensorInfo& tensor) const;
    /// Values as float32 in Hugging Face row order (GGUF's q/k permutation undone). destination:
    /// elementCount(). Releases the tensor's pages behind it.
    Status readFloat32(const TensorInfo& tensor, std::span<float> destination) const;
    /// The same for `count` rows from `first` on, of a tensor whose rows are stored in order (all but GGUF's
    /// q/k weights); a large embedding then never stands in memory whole.
    Status readFloat32Rows(const TensorInfo& tensor, std::int64_t first, std::int64_t count,
                           std::span<float> destination) const;
    /// Gives the memory of a tensor that has been read back to the system; a large model then passes through
    /// a small machine.
    void release(const TensorInfo& tensor) const;

    /// The blocks' linear layers in execution order (q, k, v, o, gate, up, down per block).
    std::vector<LinearLayerInfo> linearLayers() const;
    /// The Boolean weights of `layer`, or nothing where it is dense.
    std::optional<BooleanLayerView> booleanLayer(const std::string& layer) const;

    /// What the files say besides weights, from their headers: [{"source": "config.json", "path",
    /// "values": {…}}], for config.json, generation_config.json, the index, the __metadata__ of each
    /// safetensors file and the keys of a GGUF. A long list comes as {"length", "first"}.
    nlohmann::json metadata() const;

    std::int64_t fileBytes() const;      ///< of all weight files
    std::int64_t parameterCount() const; ///< logical weights, tied ones once, a Boolean layer as out*in
    /// Bits and scales of the converted layers over their weights; 16 or so for dense ones (design.md).
    double bitsPerWeight() const;
    double bitsPerWeightAll() const; ///< 8 * fileBytes / parameterCount

    struct Impl; ///< of core/formats alone

private:
    explicit ModelFiles(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace boolab
