// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/chart_colors.h"

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
    static constexpr std::array<QRgb, 7> kOnLight{0xff0072b2, 0xffd55e00, 0xff00805f, 0xffb0528a,
                                                  0xff9a6a00, 0xff2f97cf, 0xff5b5b5b};
    static constexpr std::array<QRgb, 7> kOnDark{0xff56b4e9, 0xffff8c42, 0xff2ecc9b, 0xffe08bbd,
                                                 0xffe6b422, 0xff9ad4ff, 0xffb8b8b8};
    const auto& colors = dark ? kOnDark : kOnLight;
    return QColor::fromRgb(colors[static_cast<std::size_t>(index) % colors.size()]);
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
