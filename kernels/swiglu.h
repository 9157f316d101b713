// SPDX-License-Identifier: Apache-2.0
// y = silu(gate) * up, silu(g) = g / (1 + e^-g) (GLU variants, arXiv 2002.05202), float32 or bfloat16 bits;
// the arithmetic is float32, rounded once. Identical bits for every ISA and thread count.
#pragma once

#include <cstdint>

namespace boolab::kernels
{

void swiglu(const float* gate, const float* up, std::int64_t size, float* y, int threads);
void swiglu(const std::uint16_t* gate, const std::uint16_t* up, std::int64_t size, std::uint16_t* y,
            int threads);

/// gradGate = gradY up s (1 + gate (1 - s)), gradUp = gradY gate s, s = 1 / (1 + e^-gate).
void swiglu_gradient(const float* gate, const float* up, const float* gradY, std::int64_t size,
                     float* gradGate, float* gradUp, int threads);
void swiglu_gradient(const std::uint16_t* gate, const std::uint16_t* up, const std::uint16_t* gradY,
                     std::int64_t size, std::uint16_t* gradGate, std::uint16_t* gradUp, int threads);

} // namespace boolab::kernels
