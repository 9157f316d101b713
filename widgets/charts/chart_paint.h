// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/chart_colors.h"
#include "widgets/charts/chart_ticks.h"

#include <QFont>
#include <QPainter>

namespace boolab::ui
{

/// Where the parts of a chart stand in a rectangle: title and legend above, labels left and below.
struct ChartFrame {
    QRectF whole, plot, titleLine, legendLine;
    /// The legend stands beside the title where both fit, else in a line of its own.
    static ChartFrame in(const QRectF& whole, const QFont& font, double titleWidth = 0,
                         double legendWidth = 0);
};

/// Linear map of an axis to pixels; `toPixel` of y axes runs upwards.
struct AxisScale {
    double low = 0, high = 1, pixelLow = 0, pixelHigh = 1;
    double toPixel(double value) const
    {
        return pixelLow + (value - low) / (high - low) * (pixelHigh - pixelLow);
    }
    double toValue(double pixel) const
    {
        return low + (pixel - pixelLow) / (pixelHigh - pixelLow) * (high - low);
    }
};

struct LegendEntry {
    QString name;
    QColor color;
    bool shown = true;
};

void paintGrid(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
               const std::vector<ChartTick>& yTicks, const AxisScale& y);
void paintYLabels(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                  const std::vector<ChartTick>& ticks, const AxisScale& y);
/// Labels that would touch the one before are left out.
void paintXLabels(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                  const std::vector<ChartTick>& ticks, const AxisScale& x, const QString& caption);
void paintTitle(QPainter& painter, const ChartFrame& frame, const ChartColors& colors, const QString& title);
double titleWidth(const QFont& font, const QString& title);
double legendWidth(const QFont& font, const std::vector<LegendEntry>& entries);
/// Right-aligned; returns where each entry stands.
std::vector<QRectF> paintLegend(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                                const std::vector<LegendEntry>& entries);
/// What stands in a chart without data, and why.
void paintEmpty(QPainter& painter, const ChartFrame& frame, const ChartColors& colors, const QString& text);

} // namespace boolab::ui
