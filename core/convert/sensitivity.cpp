// SPDX-License-Identifier: Apache-2.0
#include "core/convert/sensitivity.h"

#include "core/convert/probed_model.h"

#include <fmt/format.h>
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
    std::map<std::string, LayerSensitivity> layers;
    std::int64_t s = 0;
    auto model = ProbedModel::load(
        files, options, [&](const LinearLayerInfo& info, const std::shared_ptr<Linear>& linear) {
            const LayerSensitivity sums{at::zeros({info.outFeatures}),
                                        at::zeros({sequences.size(0), sequences.size(1)})};
            layers[info.name] = sums;
            return std::make_shared<ProbedLinear>(linear, sums, s);
        });
    if (!model) return std::unexpected(model.error());
    observer.phase("measuring sensitivities", "sequences");
    for (s = 0; s < sequences.size(0); ++s) {
        if (observer.command() == JobObserver::Command::Stop)
            return fail(ErrorCode::Stopped,
                        fmt::format("Stopped after {} of {} sequences.", s, sequences.size(0)));
        model->backward(sequences[s]);
        observer.progress(s + 1, sequences.size(0));
    }
    for (auto& [name, layer] : layers)
        layer.outputs /= static_cast<double>(sequences.numel());
    return layers;
}

} // namespace boolab
