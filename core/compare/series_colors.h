// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace boolab
{

/// 0xRRGGBB of the i-th curve or run: Okabe and Ito's colour-blind-safe set, darkened or lightened to stand
/// out from the ground; from the eighth on in other shades.
std::uint32_t seriesRgb(int index, bool onDark);
/// "#0072b2", on white.
std::string seriesHex(int index);

} // namespace boolab
