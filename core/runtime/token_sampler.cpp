// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/token_sampler.h"

#include <algorithm>
#include <cmath>

namespace boolab
{

namespace
{

/// The first of the largest; a NaN is below all.
std::size_t likeliest(std::span<const float> logits)
{
    std::size_t best = 0;
    for (std::size_t i = 1; i < logits.size(); ++i)
        if (logits[i] > logits[best] || (std::isnan(logits[best]) && !std::isnan(logits[i]))) best = i;
    return best;
}

} // namespace

std::int32_t TokenSampler::pick(std::span<const float> logits)
{
    const std::size_t best = likeliest(logits);
    if (m_config.temperature <= 0) return static_cast<std::int32_t>(best);
    const double most = logits[best];
    m_shares.clear();
    double total = 0.0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const double share =
            i == best ? 1.0 : std::exp((static_cast<double>(logits[i]) - most) / m_config.temperature);
        // Shares are sorted below: a NaN would leave them without an order.
        m_shares.emplace_back(share >= 0 ? share : 0.0, static_cast<std::int32_t>(i));
        total += m_shares.back().first;
    }
    const auto larger = [](const auto& a, const auto& b) {
        return a.first > b.first || (a.first == b.first && a.second < b.second);
    };
    if (m_config.topK > 0 && static_cast<std::size_t>(m_config.topK) < m_shares.size()) {
        std::nth_element(m_shares.begin(), m_shares.begin() + m_config.topK, m_shares.end(), larger);
        m_shares.resize(static_cast<std::size_t>(m_config.topK));
    }
    if (m_config.topP < 1.0) {
        std::ranges::sort(m_shares, larger);
        // The token that crosses the mass p still belongs to the nucleus.
        double mass = 0.0;
        std::size_t kept = 0;
        while (kept < m_shares.size() && mass < m_config.topP * total)
            mass += m_shares[kept++].first;
        m_shares.resize(std::max<std::size_t>(kept, 1));
    }
    double left = 0.0;
    for (const auto& [share, token] : m_shares)
        left += share;
    double target = std::uniform_real_distribution<double>(0.0, left)(m_random);
    for (const auto& [share, token] : m_shares)
        if ((target -= share) < 0) return token;
    return m_shares.back().second;
}

} // namespace boolab
