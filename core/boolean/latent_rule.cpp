// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/latent_rule.h"

#include "core/boolean/kernel_signs.h"

#include <cmath>

namespace boolab
{

namespace
{

constexpr double kBeta1 = 0.9, kBeta2 = 0.95, kEpsilon = 1e-8;

} // namespace

LatentRule::LatentRule(const kernels::BoolKernels& layer, std::int64_t k, const at::Device& device)
    : m_latent(kernelSigns(layer, k, device) * kStart), m_mean(at::zeros_like(m_latent)),
      m_square(at::zeros_like(m_latent))
{
}

void LatentRule::update(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& gradWeight,
                        const BoolOptimizerConfig& config, const RuleStep& step,
                        std::vector<std::int64_t>& flipped)
{
    at::Tensor signal = gradWeight * kernelScale(layer, k, gradWeight.device());
    if (!step.first()) signal.add_(m_signal);
    m_signal = step.last() ? at::Tensor() : signal;
    if (!step.last()) return;
    const double norm = signal.norm().item<double>();
    if (!std::isfinite(norm)) return;
    m_signalSquare = norm * norm;
    m_mean.lerp_(signal, 1.0 - kBeta1);
    m_square.mul_(kBeta2).addcmul_(signal, signal, 1.0 - kBeta2);
    const double t = static_cast<double>(step.step);
    const double rate = config.learningRate * step.schedule / (1.0 - std::pow(kBeta1, t));
    const at::Tensor root = (m_square / (1.0 - std::pow(kBeta2, t))).sqrt_().add_(kEpsilon);
    m_latent.addcdiv_(m_mean, root, -rate);
    if (!step.mayFlip) return;
    const at::Tensor flips = (m_latent >= 0).logical_xor(kernelSigns(layer, k, m_latent.device()) > 0);
    toggleBits(layer, k, flips, flipped);
}

} // namespace boolab
