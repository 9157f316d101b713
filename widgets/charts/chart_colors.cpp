// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/chart_colors.h"

#include "core/compare/series_colors.h"

#include <algorithm>
#include <array>

namespace boolab::ui
{
namespace
{

QColor mix(const QColor& a, const QColor& b, double share)
{
    return QColor::fromRgbF(a.redF() * (1 - share) + b.redF() * share,
                            a.greenF() * (1 - share) + b.greenF() * share,
                            a.blueF() * (1 - share) + b.blueF() * share);
}

} // namespace

ChartColors::ChartColors(const QPalette& palette)
    : base(palette.color(QPalette::Base)), text(palette.color(QPalette::Text)), faint(mix(text, base, 0.35)),
      grid(mix(text, base, 0.85)), box(mix(base, text, 0.06)), dark(base.lightnessF() < 0.5)
{
}

QColor seriesColor(int index, bool dark)
{
    return QColor::fromRgb(seriesRgb(index, dark));
}

QColor heatColor(double t)
{
    static constexpr std::array<QRgb, 9> kAnchors{0xff440154, 0xff472d7b, 0xff3b528b, 0xff2c728e, 0xff21918c,
                                                  0xff28ae80, 0xff5ec962, 0xffaddc30, 0xfffde725};
    const double place = std::clamp(t, 0.0, 1.0) * (kAnchors.size() - 1);
    const auto low = std::min(static_cast<std::size_t>(place), kAnchors.size() - 2);
    return mix(QColor::fromRgb(kAnchors[low]), QColor::fromRgb(kAnchors[low + 1]),
               place - static_cast<double>(low));
}

} // namespace boolab::ui
