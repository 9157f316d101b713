// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace boolab
{

struct SamplingConfig {
    double temperature = 0; ///< 0 = greedy
    std::int64_t topK = 0;  ///< 0 = all
    double topP = 1.0;
    std::uint64_t seed = 0;
};

/// Picks next tokens: greedy, or from the softmax cut to the top k and to the nucleus of mass p (arXiv
/// 1904.09751). Seeded; the same seed gives the same tokens.
class TokenSampler
{
public:
    explicit TokenSampler(const SamplingConfig& config) : m_config(config), m_random(config.seed) {}

    /// logits (V) of one position, finite (finite_logits.h); of equal ones the first counts. A NaN among
    /// them is not picked where there is anything else.
    std::int32_t pick(std::span<const float> logits);

private:
    SamplingConfig m_config;
    std::mt19937_64 m_random;
    std::vector<std::pair<double, std::int32_t>> m_shares; ///< memory of pick()
};

} // namespace boolab
