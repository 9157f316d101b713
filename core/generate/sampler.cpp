// SPDX-License-Identifier: Apache-2.0
#include "core/generate/sampler.h"

namespace boolab
{

std::int64_t Sampler::pick(const at::Tensor& logits)
{
    if (m_config.temperature <= 0) return logits.argmax().item<std::int64_t>();
    const bool cut = m_config.topK > 0 || m_config.topP < 1.0;
    at::Tensor values = at::softmax(logits.to(at::kFloat) / m_config.temperature, -1).cpu(), indices;
    if (cut) {
        const std::int64_t count =
            m_config.topK > 0 ? std::min<std::int64_t>(m_config.topK, values.size(0)) : values.size(0);
        std::tie(values, indices) = values.topk(count);
        if (m_config.topP < 1.0) {
            // The token that crosses the mass p still belongs to the nucleus.
            const at::Tensor before = values.cumsum(0) - values;
            values = at::where(before < m_config.topP, values, at::zeros_like(values));
        }
    }
    const at::Tensor mass = values.to(at::kDouble).cumsum(0);
    const double total = mass[-1].item<double>();
    const double target = std::uniform_real_distribution<double>(0.0, total)(m_random);
    const std::int64_t slot = std::min(
        at::searchsorted(mass, target, false, /*right=*/true).item<std::int64_t>(), mass.size(0) - 1);
    return cut ? indices[slot].item<std::int64_t>() : slot;
}

} // namespace boolab
