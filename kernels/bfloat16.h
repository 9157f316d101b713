// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

namespace boolab::kernels
{

constexpr float bfloat16_to_float(std::uint16_t bits)
{
    return std::bit_cast<float>(std::uint32_t(bits) << 16);
}

/// Nearest, ties to even; a NaN stays a (quiet) NaN.
constexpr std::uint16_t float_to_bfloat16(float x)
{
    const auto bits = std::bit_cast<std::uint32_t>(x);
    if (x != x) return std::uint16_t(bits >> 16 | 0x40);
    return std::uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

} // namespace boolab::kernels
