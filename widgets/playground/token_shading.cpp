// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/token_shading.h"

#include "widgets/base/text_look.h"

#include <algorithm>
#include <cmath>

namespace boolab::ui
{

namespace
{

constexpr double kDecades = 3; // from 1 down to 0.001

float mix(float from, float to, double share)
{
    return from + (to - from) * static_cast<float>(share);
}

} // namespace

QColor tokenShade(double probability, const QPalette& palette)
{
    const QColor base = palette.color(QPalette::Base);
    const QColor unlikely = isDark(palette) ? QColor(0x8a, 0x48, 0x00) : QColor(0xff, 0xa8, 0x3d);
    const double share = probability > 0 ? std::clamp(-std::log10(probability) / kDecades, 0.0, 1.0) : 1.0;
    return QColor::fromRgbF(mix(base.redF(), unlikely.redF(), share),
                            mix(base.greenF(), unlikely.greenF(), share),
                            mix(base.blueF(), unlikely.blueF(), share));
}

QColor differenceGround(const QPalette& palette)
{
    return isDark(palette) ? QColor(0x8f, 0xc7, 0xff) : QColor(0x0b, 0x4f, 0x9e);
}

QColor differenceText(const QPalette& palette)
{
    return isDark(palette) ? QColor(0x10, 0x14, 0x1a) : QColor(0xff, 0xff, 0xff);
}

} // namespace boolab::ui
