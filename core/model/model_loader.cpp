// SPDX-License-Identifier: Apache-2.0
#include "core/model/model_loader.h"

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

} // namespace

Result<LoadedModel> loadModel(const ModelFiles& files, const LoadOptions& options)
{
    const ModelConfig& config = files.config();
    const std::int64_t C = config.hiddenSize, F = config.intermediateSize, V = config.vocabSize;
    const std::int64_t attentionOut = config.numHeads * config.headDim,
                       kvOut = config.numKvHeads * config.headDim;
    TensorSource source(files, options);
    LoadedModel loaded;

    const auto linear = [&](const std::string& name, std::int64_t out, std::int64_t in, bool hasBias) {
        at::Tensor bias = hasBias ? source.read(name + ".bias", {out}) : at::Tensor();
        std::shared_ptr<Linear> made;
        if (const auto view = files.booleanLayer(name)) {
            const std::int64_t K = view->kernelCount;
            at::Tensor bits = at::empty({K, out, (in + 7) / 8}, at::kByte);
            std::copy(view->bits.begin(), view->bits.end(), bits.mutable_data_ptr<std::uint8_t>());
            at::Tensor scaleOut = source.read(name + ".scale_out", {K, out}, at::kFloat);
            at::Tensor scaleIn = source.read(name + ".scale_in", {K, in}, at::kFloat);
            auto layer =
                std::make_shared<BooleanLayer>(name, bits.to(options.device), scaleOut, scaleIn, bias);
            layer->setFrozen(options.frozen);
            loaded.booleanLayers.push_back(layer);
            made = layer;
        } else {
            made = std::make_shared<DenseLinear>(source.read(name + ".weight", {out, in}), bias);
        }
        return made;
    };

    LlamaWeights weights;
    weights.embedding = source.read("model.embed_tokens.weight", {V, C});
    for (std::int64_t i = 0; i < config.numLayers && !source.error(); ++i) {
        const std::string prefix = fmt::format("model.layers.{}.", i);
        const std::string attention = prefix + "self_attn.", mlp = prefix + "mlp.";
        LlamaBlock block;
        block.attentionNorm = source.read(prefix + "input_layernorm.weight", {C});
        block.mlpNorm = source.read(prefix + "post_attention_layernorm.weight", {C});
        block.query = linear(attention + "q_proj", attentionOut, C, config.attentionBias);
        block.key = linear(attention + "k_proj", kvOut, C, config.attentionBias);
        block.value = linear(attention + "v_proj", kvOut, C, config.attentionBias);
        block.output = linear(attention + "o_proj", C, attentionOut, config.attentionBias);
        block.gate = linear(mlp + "gate_proj", F, C, config.mlpBias);
        block.up = linear(mlp + "up_proj", F, C, config.mlpBias);
        block.down = linear(mlp + "down_proj", C, F, config.mlpBias);
        weights.blocks.push_back(std::move(block));
    }
    weights.finalNorm = source.read("model.norm.weight", {C});
    weights.head = config.tieWordEmbeddings ? weights.embedding : source.read("lm_head.weight", {V, C});
    if (source.error()) return std::unexpected(*source.error());
    loaded.model = std::make_unique<LlamaModel>(config, std::move(weights));
    return loaded;
}

} // namespace boolab
