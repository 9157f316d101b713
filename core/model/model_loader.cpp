// SPDX-License-Identifier: Apache-2.0
#include "core/model/model_loader.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boolab
{

namespace
{

/// Reads named tensors of one model into torch, remembering the first error so that callers stay short.
class TensorSource
{
public:
    TensorSource(const ModelFiles& files, const LoadOptions& options) : m_files(files), m_options(options) {}

    const std::optional<Error>& error() const { return m_error; }
    bool contains(const std::string& name) const { return m_files.contains(name); }

    at::Tensor read(const std::string& name, std::vector<std::int64_t> shape, at::ScalarType dtype)
    {
        if (m_error) return {};
        const TensorInfo* info = m_files.find(name);
        if (!info) return refuse(fmt::format("has no tensor \"{}\"", name));
        if (info->shape != shape)
            return refuse(fmt::format("tensor \"{}\" has shape [{}], expected [{}] from the config", name,
                                      fmt::join(info->shape, ", "), fmt::join(shape, ", ")));
        at::Tensor values = at::empty(shape, at::kFloat);
        auto status = m_files.readFloat32(
            *info, {values.mutable_data_ptr<float>(), static_cast<std::size_t>(values.numel())});
        if (!status) {
            m_error = status.error();
            return {};
        }
        return values.to(m_options.device, dtype);
    }

    at::Tensor read(const std::string& name, std::vector<std::int64_t> shape)
    {
        return read(name, std::move(shape), m_options.dtype);
    }

private:
    at::Tensor refuse(const std::string& what)
    {
        m_error = Error{ErrorCode::BadInput, fmt::format("{}: {}", m_files.path().string(), what),
                        "The weights do not fit their config. Download or export the model again."};
        return {};
    }

    const ModelFiles& m_files;
    const LoadOptions& m_options;
    std::optional<Error> m_error;
};

std::shared_ptr<Linear> readLinear(TensorSource& source, const ModelFiles& files, const LoadOptions& options,
                                   const LinearLayerInfo& info, bool hasBias,
                                   const std::shared_ptr<LayerScratch>& scratch,
                                   std::vector<std::shared_ptr<BooleanLayer>>* booleanLayers)
{
    const std::int64_t out = info.outFeatures, in = info.inFeatures;
    const at::Tensor bias = hasBias ? source.read(info.name + ".bias", {out}) : at::Tensor();
    const auto view = files.booleanLayer(info.name);
    if (!view) return std::make_shared<DenseLinear>(source.read(info.name + ".weight", {out, in}), bias);
    const std::int64_t stored = view->kernelCount;
    const std::int64_t K = options.firstKernels > 0 ? std::min(options.firstKernels, stored) : stored;
    at::Tensor bits = at::empty({K, out, (in + 7) / 8}, at::kByte);
    std::copy_n(view->bits.begin(), bits.numel(), bits.mutable_data_ptr<std::uint8_t>());
    files.release(*files.find(info.name + ".bool_weight"));
    const auto scales = [&](const char* side, std::int64_t length) {
        const at::Tensor all = source.read(info.name + side, {stored, length}, at::kFloat);
        return source.error() || K == stored ? all : all.narrow(0, 0, K).clone();
    };
    const at::Tensor scaleOut = scales(".scale_out", out), scaleIn = scales(".scale_in", in);
    auto layer =
        std::make_shared<BooleanLayer>(info.name, bits.to(options.device), scaleOut, scaleIn, bias, scratch);
    layer->setFrozen(options.frozen);
    if (options.multiplyFromBits && !source.error()) layer->multiplyFromBits();
    if (booleanLayers) booleanLayers->push_back(layer);
    return layer;
}

LlamaBlock readBlock(TensorSource& source, const ModelFiles& files, std::int64_t index,
                     const LoadOptions& options, const std::shared_ptr<LayerScratch>& scratch,
                     std::vector<std::shared_ptr<BooleanLayer>>* booleanLayers)
{
    const ModelConfig& config = files.config();
    const std::string prefix = fmt::format("model.layers.{}.", index);
    LlamaBlock block;
    block.attentionNorm = source.read(prefix + "input_layernorm.weight", {config.hiddenSize});
    block.mlpNorm = source.read(prefix + "post_attention_layernorm.weight", {config.hiddenSize});
    const auto infos = linearLayersOf(config, index);
    const auto linears = linearsOf(block);
    for (std::size_t place = 0; place < linears.size(); ++place) {
        const bool attention = infos[place].name.find("self_attn") != std::string::npos;
        *linears[place] =
            readLinear(source, files, options, infos[place],
                       attention ? config.attentionBias : config.mlpBias, scratch, booleanLayers);
    }
    return block;
}

} // namespace

Result<LlamaBlock> loadBlock(const ModelFiles& files, std::int64_t index, const LoadOptions& options,
                             std::vector<std::shared_ptr<BooleanLayer>>* booleanLayers)
{
    TensorSource source(files, options);
    LlamaBlock block =
        readBlock(source, files, index, options, std::make_shared<LayerScratch>(), booleanLayers);
    if (source.error()) return std::unexpected(*source.error());
    return block;
}

Result<at::Tensor> loadEmbedding(const ModelFiles& files, const LoadOptions& options)
{
    TensorSource source(files, options);
    at::Tensor embedding =
        source.read("model.embed_tokens.weight", {files.config().vocabSize, files.config().hiddenSize});
    if (source.error()) return std::unexpected(*source.error());
    return embedding;
}

Result<LoadedModel> loadModel(const ModelFiles& files, const LoadOptions& options)
{
    const ModelConfig& config = files.config();
    const std::int64_t C = config.hiddenSize, V = config.vocabSize;
    TensorSource source(files, options);
    LoadedModel loaded;
    const auto scratch = std::make_shared<LayerScratch>();
    LlamaWeights weights;
    weights.embedding = source.read("model.embed_tokens.weight", {V, C});
    for (std::int64_t i = 0; i < config.numLayers && !source.error(); ++i)
        weights.blocks.push_back(readBlock(source, files, i, options, scratch, &loaded.booleanLayers));
    weights.finalNorm = source.read("model.norm.weight", {C});
    weights.head = config.tieWordEmbeddings ? weights.embedding : source.read("lm_head.weight", {V, C});
    if (source.error()) return std::unexpected(*source.error());
    loaded.model = std::make_unique<LlamaModel>(config, std::move(weights));
    return loaded;
}

} // namespace boolab
