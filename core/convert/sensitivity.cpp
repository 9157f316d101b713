// SPDX-License-Identifier: Apache-2.0
#include "core/convert/sensitivity.h"

#include <fmt/format.h>
#include <torch/nn/functional.h>
#include <torch/utils.h>

namespace boolab
{

namespace
{

/// A layer that adds up its output's squared gradients while the backward pass goes by.
class ProbedLinear final : public Linear
{
public:
    /// `sequence` is the one under way.
    ProbedLinear(std::shared_ptr<Linear> inner, LayerSensitivity sums, const std::int64_t& sequence)
        : m_inner(std::move(inner)), m_sums(std::move(sums)), m_sequence(sequence)
    {
    }

    at::Tensor forward(const at::Tensor& x) override
    {
        at::Tensor y = m_inner->forward(x);
        if (y.requires_grad())
            y.register_hook([this](const at::Tensor& gradient) {
                const torch::NoGradGuard noGrad;
                const at::Tensor squares = gradient.reshape({-1, gradient.size(-1)}).to(at::kFloat).square();
                m_sums.outputs.add_(squares.sum(0));
                m_sums.tokens[m_sequence].copy_(squares.mean(1));
            });
        return y;
    }

private:
    std::shared_ptr<Linear> m_inner;
    LayerSensitivity m_sums;
    const std::int64_t& m_sequence;
};

} // namespace

Result<std::map<std::string, LayerSensitivity>> measureSensitivity(const ModelFiles& files,
                                                                   const LoadOptions& options,
                                                                   const at::Tensor& sequences,
                                                                   JobObserver& observer)
{
    auto loaded = loadModel(files, options);
    if (!loaded) return std::unexpected(loaded.error());
    LlamaWeights weights = loaded->model->weights();
    std::map<std::string, LayerSensitivity> layers;
    std::int64_t s = 0;
    for (std::size_t i = 0; i < weights.blocks.size(); ++i) {
        LlamaBlock& block = weights.blocks[i];
        const auto infos = linearLayersOf(files.config(), static_cast<std::int64_t>(i));
        const auto linears = linearsOf(block);
        for (std::size_t place = 0; place < infos.size(); ++place) {
            const LayerSensitivity sums{at::zeros({infos[place].outFeatures}),
                                        at::zeros({sequences.size(0), sequences.size(1)})};
            layers[infos[place].name] = sums;
            *linears[place] = std::make_shared<ProbedLinear>(*linears[place], sums, s);
        }
    }
    // Gradients flow from the embedding's output on; nothing is trained.
    weights.embedding = weights.embedding.detach().clone().requires_grad_(true);
    LlamaModel model(files.config(), std::move(weights));
    observer.phase("measuring sensitivities", "sequences");
    for (s = 0; s < sequences.size(0); ++s) {
        if (observer.command() == JobObserver::Command::Stop)
            return fail(ErrorCode::Stopped,
                        fmt::format("Stopped after {} of {} sequences.", s, sequences.size(0)));
        const at::Tensor ids = sequences[s];
        const at::Tensor hidden = model.forward(ids.unsqueeze(0)).hidden[0];
        const at::Tensor logits = model.logits(hidden.narrow(0, 0, hidden.size(0) - 1)).to(at::kFloat);
        torch::nn::functional::cross_entropy(
            logits, ids.narrow(0, 1, ids.size(0) - 1),
            torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kSum))
            .backward();
        model.weights().embedding.mutable_grad().reset();
        observer.progress(s + 1, sequences.size(0));
    }
    for (auto& [name, layer] : layers)
        layer.outputs /= static_cast<double>(sequences.numel());
    return layers;
}

} // namespace boolab
