// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/bold_rule.h"

#include "core/boolean/kernel_signs.h"

namespace boolab
{

BoldRule::BoldRule(std::int64_t outFeatures, std::int64_t inFeatures, const at::Device& device)
    : m_momentum(at::zeros({outFeatures, inFeatures}, at::TensorOptions().dtype(at::kFloat).device(device))),
      m_keep(at::ones({1}, at::kDouble))
{
}

void BoldRule::update(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& gradWeight,
                      const BoolOptimizerConfig& config, const RuleStep& step,
                      std::vector<std::int64_t>& flipped)
{
    const at::Tensor signal = gradWeight * kernelScale(layer, k, gradWeight.device());
    const double norm = signal.norm().item<double>();
    if (step.first()) m_signalSquare = 0;
    if (!std::isfinite(norm)) return;
    m_signalSquare += norm * norm;
    if (step.first()) m_momentum.mul_(m_keep.item<double>());
    m_momentum.add_(signal, config.learningRate * step.schedule);
    if (!step.mayFlip || !step.last()) return;
    const at::Tensor flips = m_momentum * kernelSigns(layer, k, m_momentum.device()) >= 1.0;
    const std::size_t before = flipped.size();
    toggleBits(layer, k, flips, flipped);
    m_momentum.masked_fill_(flips, 0);
    m_keep.fill_(1.0 - static_cast<double>(flipped.size() - before) / static_cast<double>(layer.M * layer.N));
}

} // namespace boolab
