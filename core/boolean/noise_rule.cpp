// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/noise_rule.h"

#include "core/boolean/layer_ops.h"

namespace boolab
{

NoiseRule::NoiseRule(std::int64_t outFeatures, std::int64_t inFeatures, const at::Device& device)
    : m_momentum(
          at::zeros({outFeatures, inFeatures}, at::TensorOptions().dtype(at::kBFloat16).device(device))),
      m_rowMoment(at::zeros({outFeatures}, at::TensorOptions().dtype(at::kFloat).device(device))),
      m_columnMoment(at::zeros({inFeatures}, at::TensorOptions().dtype(at::kFloat).device(device)))
{
}

void NoiseRule::update(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& gradWeight,
                       const BoolOptimizerConfig& config, const RuleStep& step,
                       std::vector<std::int64_t>& flipped)
{
    const kernels::FlipConfig flipConfig{
        .beta = static_cast<float>(config.beta),
        .threshold = static_cast<float>(config.threshold),
        .clip = static_cast<float>(config.clip),
        .cap = step.cap,
        .flipsAllowed = step.mayFlip,
        .step = step.step,
        .part = step.part,
        .parts = step.parts,
        .seed = step.seed,
    };
    const kernels::FlipState state{
        .momentum = static_cast<std::uint16_t*>(m_momentum.mutable_data_ptr()),
        .rowMoment = m_rowMoment.mutable_data_ptr<float>(),
        .columnMoment = m_columnMoment.mutable_data_ptr<float>(),
        .flipped = &flipped,
    };
    layerOps(gradWeight.device()).flipStep(layer, k, gradWeight, flipConfig, state);
}

double NoiseRule::signalSquare(std::int64_t parts) const
{
    // A row moment is the mean of Q^2 along its row.
    return m_rowMoment.sum(at::kDouble).item<double>() * static_cast<double>(m_columnMoment.numel() * parts);
}

} // namespace boolab
