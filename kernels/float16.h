// SPDX-License-Identifier: Apache-2.0
// IEEE half precision to and from float.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace boolab::kernels
{

/// Exact: the exponent is re-biased by a multiplication that also normalises subnormals.
inline float float16_to_float(std::uint16_t half)
{
    constexpr std::uint32_t kInfinity = 0x7c00u << 13;
    constexpr float kRebias = 0x1p112f; // 2^(127 - 15)
    const std::uint32_t magnitude = (half & 0x7fffu) << 13;
    std::uint32_t bits = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) * kRebias);
    bits |= magnitude >= kInfinity ? 0x7f800000u : 0u;
    return std::bit_cast<float>(bits | (half & 0x8000u) << 16);
}

/// Nearest, ties to even; too large becomes infinity, too small a subnormal or zero.
inline std::uint16_t float_to_float16(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) return sign | 0x7e00u;
    if (magnitude >= 0x477ff000u) return sign | 0x7c00u;
    if (magnitude < 0x38800000u) {
        // Below the smallest normal half, steps are 2^-24: let float arithmetic round.
        const float scaled = std::bit_cast<float>(magnitude) * 0x1p24f;
        return sign | static_cast<std::uint16_t>(std::nearbyint(scaled));
    }
    const std::uint32_t rounded = magnitude + 0xfffu + ((magnitude >> 13) & 1u);
    return sign | static_cast<std::uint16_t>((rounded - 0x38000000u) >> 13);
}

} // namespace boolab::kernels
