// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <torch/types.h>

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
class Sampler
{
public:
    explicit Sampler(const SamplingConfig& config) : m_config(config), m_random(config.seed) {}

    /// logits (V) of one position.
    std::int64_t pick(const at::Tensor& logits);

private:
    SamplingConfig m_config;
    std::mt19937_64 m_random;
};

} // namespace boolab
