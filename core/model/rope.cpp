// SPDX-License-Identifier: Apache-2.0
#include "core/model/rope.h"

#include "core/model/block_ops.h"
#include "core/runtime/rope_frequencies.h"

#include <algorithm>
#include <torch/utils.h>

namespace boolab
{

Rope::Rope(const ModelConfig& config)
{
    const RopeFrequencies frequencies = ropeFrequencies(config);
    m_attentionFactor = frequencies.attentionFactor;
    m_inverseFrequencies = torch::tensor(frequencies.inverse, torch::kFloat64).to(torch::kFloat32);
}

void Rope::growTo(std::int64_t positions, const at::Device& device)
{
    if (m_cos.defined() && m_cos.size(0) >= positions && m_cos.device() == device) return;
    const std::int64_t count = std::max<std::int64_t>(positions, 512);
    const at::Tensor angles = at::outer(at::arange(count, at::kFloat), m_inverseFrequencies);
    const at::Tensor both = at::cat({angles, angles}, 1);
    m_cos = (both.cos() * m_attentionFactor).to(device);
    m_sin = (both.sin() * m_attentionFactor).to(device);
}

at::Tensor Rope::apply(const at::Tensor& x, std::int64_t first)
{
    const std::int64_t T = x.size(1);
    growTo(first + T, x.device());
    return rotateHeads(x, m_cos.narrow(0, first, T), m_sin.narrow(0, first, T));
}

} // namespace boolab
