// SPDX-License-Identifier: Apache-2.0
#include "core/convert/loss_attribution.h"

#include "core/convert/probed_model.h"

#include <array>
#include <fmt/format.h>
#include <torch/utils.h>

namespace boolab
{

namespace
{

struct Node {
    double place, weight;
};
// Gauss-Legendre on [0, 1], exact for polynomials up to degree 5.
constexpr std::array<Node, 3> kNodes{
    {{0.1127016653792583, 5.0 / 18}, {0.5, 8.0 / 18}, {0.8872983346207417, 5.0 / 18}}};

/// A layer on its way from its original weight to its converted one.
class TravellingLinear final : public Linear
{
public:
    TravellingLinear(const DenseLinear& original, const at::Tensor& converted)
        : m_start(original.weight()), m_change(converted.to(m_start.options()) - m_start),
          m_bias(original.bias())
    {
    }

    void moveTo(double place) { m_here = m_start + m_change * place; }

    at::Tensor forward(const at::Tensor& x) override
    {
        at::Tensor y = at::linear(x, m_here, m_bias.defined() ? std::optional(m_bias) : std::nullopt);
        if (y.requires_grad())
            y.register_hook([this, input = x.detach()](const at::Tensor& gradient) {
                const torch::NoGradGuard noGrad;
                m_slope += (gradient * at::linear(input, m_change)).sum(at::kDouble).item<double>();
            });
        return y;
    }

    /// The loss' derivative along the change, summed over all backward passes since the last call.
    double takeSlope() { return std::exchange(m_slope, 0.0); }

private:
    at::Tensor m_start, m_change, m_bias, m_here;
    double m_slope = 0;
};

} // namespace

Result<std::vector<double>> attributeLoss(const ModelFiles& files, const LoadOptions& options,
                                          const at::Tensor& sequences,
                                          const std::vector<at::Tensor>& converted, JobObserver& observer)
{
    std::vector<std::shared_ptr<TravellingLinear>> layers;
    auto model = ProbedModel::load(
        files, options, [&](const LinearLayerInfo&, const std::shared_ptr<Linear>& original) {
            layers.push_back(std::make_shared<TravellingLinear>(static_cast<const DenseLinear&>(*original),
                                                                converted[layers.size()]));
            return layers.back();
        });
    if (!model) return std::unexpected(model.error());
    std::vector<double> losses(layers.size());
    const std::int64_t total = static_cast<std::int64_t>(kNodes.size()) * sequences.size(0);
    std::int64_t done = 0;
    for (const Node& node : kNodes) {
        for (const auto& layer : layers)
            layer->moveTo(node.place);
        for (std::int64_t s = 0; s < sequences.size(0); ++s) {
            if (observer.command() == JobObserver::Command::Stop)
                return fail(ErrorCode::Stopped, fmt::format("Stopped after {} of {} passes.", done, total));
            model->backward(sequences[s]);
            observer.progress(++done, total);
        }
        const double tokens = static_cast<double>(sequences.size(0) * (sequences.size(1) - 1));
        for (std::size_t i = 0; i < layers.size(); ++i)
            losses[i] += node.weight * layers[i]->takeSlope() / tokens;
    }
    return losses;
}

} // namespace boolab
