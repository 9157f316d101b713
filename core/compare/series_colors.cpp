// SPDX-License-Identifier: Apache-2.0
#include "core/compare/series_colors.h"

#include <array>
#include <cmath>
#include <fmt/format.h>

namespace boolab
{

namespace
{

constexpr std::array<std::uint32_t, 7> kOnLight{0x0072b2, 0xd55e00, 0x00805f, 0xb0528a,
                                                0x9a6a00, 0x2f97cf, 0x5b5b5b};
constexpr std::array<std::uint32_t, 7> kOnDark{0x56b4e9, 0xff8c42, 0x2ecc9b, 0xe08bbd,
                                               0xe6b422, 0x9ad4ff, 0xb8b8b8};

/// Towards black where `share` is negative, else towards white.
std::uint32_t shaded(std::uint32_t color, double share)
{
    std::uint32_t result = 0;
    for (const int shift : {16, 8, 0}) {
        const double part = (color >> shift) & 0xff, end = share < 0 ? 0 : 255;
        result |= static_cast<std::uint32_t>(std::lround(part + (end - part) * std::abs(share))) << shift;
    }
    return result;
}

} // namespace

std::uint32_t seriesRgb(int index, bool onDark)
{
    const auto& colors = onDark ? kOnDark : kOnLight;
    const auto count = static_cast<int>(colors.size());
    const std::uint32_t color = colors[static_cast<std::size_t>(index % count)];
    switch (index / count % 3) {
    case 1:
        return shaded(color, onDark ? -0.38 : -0.45);
    case 2:
        return shaded(color, onDark ? 0.55 : 0.4);
    default:
        return color;
    }
}

std::string seriesHex(int index)
{
    return fmt::format("#{:06x}", seriesRgb(index, false));
}

} // namespace boolab
