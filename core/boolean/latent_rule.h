// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boolean/kernel_rule.h"

namespace boolab
{

/// The baseline that native training is measured against: B = sign(latent), the gradient passes straight
/// through to the latent weight, Adam moves it (OneBit, arXiv 2402.11295; BinaryMoS, 2406.12311). Needs 12
/// bytes per trained weight.
class LatentRule final : public KernelRule
{
public:
    /// Latent weights start this far from 0: with Adam, a bit can flip after kStart / learning rate steps
    /// that agree (20 at 1e-3).
    static constexpr double kStart = 0.02;

    LatentRule(const kernels::BoolKernels& layer, std::int64_t k, const at::Device& device);

    void update(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& gradWeight,
                const BoolOptimizerConfig& config, const RuleStep& step,
                std::vector<std::int64_t>& flipped) override;
    double signalSquare(std::int64_t /*parts*/) const override { return m_signalSquare; }
    std::vector<at::Tensor> state() const override { return {m_latent, m_mean, m_square}; }

private:
    at::Tensor m_latent, m_mean, m_square; ///< (out, in) float32
    at::Tensor m_signal;       ///< summed over the micro-batches of a step; undefined between steps
    double m_signalSquare = 0; ///< of the last step
};

} // namespace boolab
