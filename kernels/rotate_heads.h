// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace boolab::kernels
{

/// Rotary position embedding (RoFormer, arXiv 2104.09864) in the half-rotation layout: of each head, with h =
/// D / 2 and j < h: y_j = x_j c_j - x_{j+h} s_j, y_{j+h} = x_{j+h} c_j + x_j s_j. x, y (R, H, D), D even; row
/// r stands at position r mod T; cosine, sine (T, D), of which the first halves are read. `backwards` rotates
/// by the negative angles: the gradient. float32 arithmetic, rounded once. Identical bits for every ISA and
/// thread count.
void rotate_heads(const float* x, const float* cosine, const float* sine, std::int64_t R, std::int64_t T,
                  std::int64_t H, std::int64_t D, bool backwards, float* y, int threads);
void rotate_heads(const std::uint16_t* x, const float* cosine, const float* sine, std::int64_t R,
                  std::int64_t T, std::int64_t H, std::int64_t D, bool backwards, std::uint16_t* y,
                  int threads);

} // namespace boolab::kernels
