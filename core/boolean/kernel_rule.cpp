// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/kernel_rule.h"

#include "core/boolean/bold_rule.h"
#include "core/boolean/latent_rule.h"
#include "core/boolean/noise_rule.h"

namespace boolab
{

std::unique_ptr<KernelRule> makeKernelRule(BoolRule rule, const kernels::BoolKernels& layer, std::int64_t k,
                                           const at::Device& device)
{
    switch (rule) {
    case BoolRule::Bold:
        return std::make_unique<BoldRule>(layer.M, layer.N, device);
    case BoolRule::Latent:
        return std::make_unique<LatentRule>(layer, k, device);
    case BoolRule::Noise:
        break;
    }
    return std::make_unique<NoiseRule>(layer.M, layer.N, device);
}

} // namespace boolab
