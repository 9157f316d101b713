// SPDX-License-Identifier: Apache-2.0
// RMSNorm (arXiv 1910.07467) over the last of (R, C) dimensions, float32 or bfloat16 bits; the arithmetic is
// float32. Identical bits for every ISA and thread count.
#pragma once

#include <cstdint>

namespace boolab::kernels
{

/// y = weight * (x * inverseRms_r), inverseRms_r = 1 / sqrt(mean_j x_rj^2 + eps). In bfloat16 the normalised
/// x is rounded before weight multiplies it, as transformers does. x, y (R, C); weight (C); inverseRms (R).
void rms_norm(const float* x, const float* weight, std::int64_t R, std::int64_t C, double eps, float* y,
              float* inverseRms, int threads);
void rms_norm(const std::uint16_t* x, const std::uint16_t* weight, std::int64_t R, std::int64_t C, double eps,
              std::uint16_t* y, float* inverseRms, int threads);

/// gradX (R, C) = inverseRms (w gradY - x inverseRms^2 mean_j(w gradY x)); gradWeight (C) = sum_r gradY x
/// inverseRms, or null where it is not wanted.
void rms_norm_gradient(const float* x, const float* weight, const float* inverseRms, const float* gradY,
                       std::int64_t R, std::int64_t C, float* gradX, float* gradWeight, int threads);
void rms_norm_gradient(const std::uint16_t* x, const std::uint16_t* weight, const float* inverseRms,
                       const std::uint16_t* gradY, std::int64_t R, std::int64_t C, std::uint16_t* gradX,
                       float* gradWeight, int threads);

} // namespace boolab::kernels
