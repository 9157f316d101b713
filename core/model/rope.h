// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_config.h"

#include <torch/types.h>

namespace boolab
{

/// Rotary position embedding (RoFormer, arXiv 2104.09864) in Hugging Face's half-rotation layout, with
/// linear, llama3 and yarn scaling. Tables grow on demand; not thread-safe.
class Rope
{
public:
    explicit Rope(const ModelConfig& config);

    /// x (B, T, H, D) rotated by positions first … first+T-1, in the dtype of x.
    at::Tensor apply(const at::Tensor& x, std::int64_t first);

private:
    void growTo(std::int64_t positions, const at::Device& device);

    double m_attentionFactor = 1.0;  ///< yarn scales the magnitudes
    at::Tensor m_inverseFrequencies; ///< (D/2)
    at::Tensor m_cos, m_sin;         ///< (positions, D)
};

} // namespace boolab
