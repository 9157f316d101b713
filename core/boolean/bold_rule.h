// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boolean/kernel_rule.h"

namespace boolab
{

/// BOLD as published (arXiv 2405.16339, section 3; MBOK's choice): M <- beta M + eta Q; where M and B have
/// the same sign and |M| >= 1 the bit flips and M restarts at 0; beta is the share of the kernel's bits that
/// did not flip at the last step. For comparison: M is kept in float32, as small eta Q vanish in 16 bits.
class BoldRule final : public KernelRule
{
public:
    BoldRule(std::int64_t outFeatures, std::int64_t inFeatures, const at::Device& device);

    void update(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& gradWeight,
                const BoolOptimizerConfig& config, const RuleStep& step,
                std::vector<std::int64_t>& flipped) override;
    double signalSquare(std::int64_t /*parts*/) const override { return m_signalSquare; }
    std::vector<at::Tensor> state() const override { return {m_momentum, m_keep}; }

private:
    at::Tensor m_momentum;     ///< (out, in) float32
    at::Tensor m_keep;         ///< (1) double: beta
    double m_signalSquare = 0; ///< summed over the micro-batches of a step
};

} // namespace boolab
