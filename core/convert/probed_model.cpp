// SPDX-License-Identifier: Apache-2.0
#include "core/convert/probed_model.h"

#include <torch/nn/functional.h>

namespace boolab
{

Result<ProbedModel> ProbedModel::load(const ModelFiles& files, const LoadOptions& options, const Probe& probe)
{
    auto loaded = loadModel(files, options);
    if (!loaded) return std::unexpected(loaded.error());
    LlamaWeights weights = loaded->model->weights();
    for (std::size_t i = 0; i < weights.blocks.size(); ++i) {
        const auto infos = linearLayersOf(files.config(), static_cast<std::int64_t>(i));
        const auto linears = linearsOf(weights.blocks[i]);
        for (std::size_t place = 0; place < infos.size(); ++place)
            *linears[place] = probe(infos[place], *linears[place]);
    }
    // Gradients flow from the embedding's output on.
    weights.embedding = weights.embedding.detach().clone().requires_grad_(true);
    return ProbedModel(std::make_unique<LlamaModel>(files.config(), std::move(weights)));
}

double ProbedModel::backward(const at::Tensor& ids)
{
    const at::Tensor hidden = m_model->forward(ids.unsqueeze(0)).hidden[0];
    const at::Tensor logits = m_model->logits(hidden.narrow(0, 0, hidden.size(0) - 1)).to(at::kFloat);
    const at::Tensor loss = torch::nn::functional::cross_entropy(
        logits, ids.narrow(0, 1, ids.size(0) - 1),
        torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kSum));
    loss.backward();
    m_model->weights().embedding.mutable_grad().reset();
    return loss.item<double>();
}

} // namespace boolab
