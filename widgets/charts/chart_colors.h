// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QPalette>

namespace boolab::ui
{

/// Colours of one chart, from the palette of its widget, so that light and dark both read well.
struct ChartColors {
    explicit ChartColors(const QPalette& palette);

    QColor base, text, faint, grid, box;
    bool dark = false;
};

/// Colour of the i-th curve, group or run (core/compare/series_colors.h).
QColor seriesColor(int index, bool dark);
/// Viridis, t in [0, 1].
QColor heatColor(double t);

} // namespace boolab::ui
