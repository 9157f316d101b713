// SPDX-License-Identifier: Apache-2.0
#include "core/export/dense_model.h"

#include "kernels/dense_weight.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab
{

namespace
{

constexpr std::int64_t kPieceValues = std::int64_t{1} << 22;

bool isEmbedding(const std::string& name)
{
    return name == "model.embed_tokens.weight" || name == "lm_head.weight";
}

} // namespace

std::vector<DenseTensor> denseTensorsOf(const ModelConfig& config)
{
    const std::int64_t V = config.vocabSize, C = config.hiddenSize;
    std::vector<DenseTensor> tensors = {{"model.embed_tokens.weight", {V, C}}};
    const auto add = [&](const LinearLayerInfo& layer) {
        tensors.push_back({layer.name + ".weight", {layer.outFeatures, layer.inFeatures}});
        const bool attention = layer.name.find("self_attn") != std::string::npos;
        if (attention ? config.attentionBias : config.mlpBias)
            tensors.push_back({layer.name + ".bias", {layer.outFeatures}});
    };
    for (std::int64_t i = 0; i < config.numLayers; ++i) {
        const std::string block = fmt::format("model.layers.{}.", i);
        const std::vector<LinearLayerInfo> linears = linearLayersOf(config, i);
        tensors.push_back({block + "input_layernorm.weight", {C}});
        std::for_each_n(linears.begin(), 4, add);
        tensors.push_back({block + "post_attention_layernorm.weight", {C}});
        std::for_each(linears.begin() + 4, linears.end(), add);
    }
    tensors.push_back({"model.norm.weight", {C}});
    if (!config.tieWordEmbeddings) tensors.push_back({"lm_head.weight", {V, C}});
    return tensors;
}

std::int64_t DenseModel::rowsAtOnce(const DenseTensor& tensor)
{
    if (!isEmbedding(tensor.name)) return tensor.rows();
    return std::clamp<std::int64_t>(kPieceValues / tensor.columns(), 1, tensor.rows());
}

Status DenseModel::multiplyOut(const std::string& layer, const BooleanLayerView& view,
                               std::span<float> destination) const
{
    const std::int64_t K = view.kernelCount, M = view.outFeatures, N = view.inFeatures;
    std::vector<float> scaleOut(static_cast<std::size_t>(K * M)), scaleIn(static_cast<std::size_t>(K * N));
    for (const auto& [suffix, scales] : {std::pair{".scale_out", &scaleOut}, {".scale_in", &scaleIn}})
        if (auto read = m_files.readFloat32(*m_files.find(layer + suffix), *scales); !read) return read;
    // The ops that only read take the same view as those that flip.
    const kernels::BoolKernels layerView{
        K, M, N, const_cast<std::uint8_t*>(view.bits.data()), scaleOut.data(), scaleIn.data()};
    kernels::dense_weight_f32(layerView, destination.data(), m_threads);
    m_files.release(*m_files.find(layer + ".bool_weight"));
    return {};
}

Status DenseModel::read(const DenseTensor& tensor, std::int64_t first, std::int64_t count,
                        std::span<float> destination) const
{
    if (tensor.name.ends_with(".weight")) {
        const std::string layer = tensor.name.substr(0, tensor.name.rfind('.'));
        if (const auto view = m_files.booleanLayer(layer)) return multiplyOut(layer, *view, destination);
    }
    const TensorInfo* info = m_files.find(tensor.name);
    if (info == nullptr || info->shape != tensor.shape)
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: tensor \"{}\" is missing or has another shape than its config says",
                                m_files.path().string(), tensor.name),
                    "The model is incomplete: convert or download it again.");
    return count == tensor.rows() ? m_files.readFloat32(*info, destination)
                                  : m_files.readFloat32Rows(*info, first, count, destination);
}

Status DenseModel::forPieces(const DenseTensor& tensor,
                             const std::function<Status(std::int64_t, std::span<float>)>& take) const
{
    const std::int64_t step = rowsAtOnce(tensor);
    std::vector<float> values(static_cast<std::size_t>(step * tensor.columns()));
    for (std::int64_t first = 0; first < tensor.rows(); first += step) {
        const std::int64_t count = std::min(step, tensor.rows() - first);
        const auto piece = std::span(values).first(static_cast<std::size_t>(count * tensor.columns()));
        if (auto got = read(tensor, first, count, piece); !got) return got;
        if (auto taken = take(first, piece); !taken) return taken;
    }
    return {};
}

} // namespace boolab
