// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boolean/kernel_rule.h"

namespace boolab
{

/// The noise-unit rule over kernels::flip_step: 16 bit of momentum per weight, out + in floats of moments.
class NoiseRule final : public KernelRule
{
public:
    NoiseRule(std::int64_t outFeatures, std::int64_t inFeatures, const at::Device& device);

    void update(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& gradWeight,
                const BoolOptimizerConfig& config, const RuleStep& step,
                std::vector<std::int64_t>& flipped) override;
    /// A running mean over some 20 steps: that of the row moments.
    double signalSquare(std::int64_t parts) const override;
    std::vector<at::Tensor> state() const override { return {m_momentum, m_rowMoment, m_columnMoment}; }

private:
    at::Tensor m_momentum;     ///< (out, in) bfloat16
    at::Tensor m_rowMoment;    ///< (out)
    at::Tensor m_columnMoment; ///< (in)
};

} // namespace boolab
