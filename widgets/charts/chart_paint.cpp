// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/chart_paint.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>

namespace boolab::ui
{
namespace
{

constexpr double kGap = 6;         // between a label and what it belongs to
constexpr double kLegendMark = 12; // width of the stroke before a legend's name

QFont boldOf(QFont font)
{
    font.setBold(true);
    return font;
}

} // namespace

ChartFrame ChartFrame::in(const QRectF& whole, const QFont& font, double titleWidth, double legendWidth)
{
    const QFontMetricsF metrics(font);
    const double left = metrics.horizontalAdvance(QStringLiteral("0.00005")) + 2 * kGap;
    const double line = metrics.height();
    const double header = line + 1.5 * kGap;
    const bool twoLines = titleWidth + legendWidth + 4 * kGap > whole.width() && legendWidth > 0;
    ChartFrame frame;
    frame.whole = whole;
    frame.titleLine = QRectF(whole.left() + kGap, whole.top(), whole.width() - 2 * kGap, header);
    frame.legendLine = frame.titleLine.translated(0, twoLines ? line : 0);
    // The label of the highest tick reaches half a line above the plot.
    const double top = frame.legendLine.bottom() + (kGap + line) / 2 - whole.top();
    frame.plot = whole.adjusted(left, top, -2 * kGap, -line - 2 * kGap);
    return frame;
}

void paintGrid(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
               const std::vector<ChartTick>& yTicks, const AxisScale& y)
{
    painter.setPen(QPen(colors.grid, 1));
    for (const ChartTick& tick : yTicks) {
        const double at = std::round(y.toPixel(tick.at)) + 0.5;
        painter.drawLine(QPointF(frame.plot.left(), at), QPointF(frame.plot.right(), at));
    }
}

void paintYLabels(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                  const std::vector<ChartTick>& ticks, const AxisScale& y)
{
    painter.setPen(colors.faint);
    const double height = QFontMetricsF(painter.font()).height();
    for (const ChartTick& tick : ticks) {
        const double at = y.toPixel(tick.at);
        const QRectF place(frame.whole.left(), at - height / 2, frame.plot.left() - frame.whole.left() - kGap,
                           height);
        painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, tick.label);
    }
}

void paintXLabels(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                  const std::vector<ChartTick>& ticks, const AxisScale& x, const QString& caption)
{
    const QFontMetricsF metrics(painter.font());
    const double top = frame.plot.bottom() + kGap;
    const double captionLeft = frame.plot.right() - metrics.horizontalAdvance(caption);
    painter.setPen(colors.faint);
    painter.drawText(QPointF(captionLeft, top + metrics.ascent()), caption);
    double free = frame.whole.left();
    for (const ChartTick& tick : ticks) {
        const double width = metrics.horizontalAdvance(tick.label);
        const double left = x.toPixel(tick.at) - width / 2;
        if (left < free || left + width > captionLeft - kGap) continue;
        painter.drawText(QPointF(left, top + metrics.ascent()), tick.label);
        free = left + width + 2 * kGap;
    }
}

void paintTitle(QPainter& painter, const ChartFrame& frame, const ChartColors& colors, const QString& title)
{
    painter.save();
    painter.setFont(boldOf(painter.font()));
    painter.setPen(colors.text);
    const QString shown =
        QFontMetricsF(painter.font()).elidedText(title, Qt::ElideRight, frame.titleLine.width());
    painter.drawText(frame.titleLine, Qt::AlignLeft | Qt::AlignVCenter, shown);
    painter.restore();
}

double titleWidth(const QFont& font, const QString& title)
{
    return QFontMetricsF(boldOf(font)).horizontalAdvance(title);
}

double legendWidth(const QFont& font, const std::vector<LegendEntry>& entries)
{
    double width = 0;
    for (const LegendEntry& entry : entries)
        width += kLegendMark + QFontMetricsF(font).horizontalAdvance(entry.name) + 3 * kGap;
    return width;
}

std::vector<QRectF> paintLegend(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                                const std::vector<LegendEntry>& entries)
{
    const QFontMetricsF metrics(painter.font());
    const QRectF line = frame.legendLine;
    std::vector<QRectF> places;
    double left = std::max(line.left(), line.right() - legendWidth(painter.font(), entries));
    for (const LegendEntry& entry : entries) {
        const QRectF place(left, line.top(), kLegendMark + kGap + metrics.horizontalAdvance(entry.name),
                           line.height());
        painter.setPen(QPen(entry.shown ? entry.color : colors.grid, 3));
        painter.drawLine(QPointF(left, place.center().y()), QPointF(left + kLegendMark, place.center().y()));
        painter.setPen(entry.shown ? colors.text : colors.faint);
        painter.drawText(place.adjusted(kLegendMark + kGap, 0, 0, 0),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, entry.name);
        places.push_back(place);
        left += place.width() + 2 * kGap;
    }
    return places;
}

void paintEmpty(QPainter& painter, const ChartFrame& frame, const ChartColors& colors, const QString& text)
{
    painter.setPen(colors.faint);
    painter.drawText(frame.plot, Qt::AlignCenter | Qt::TextWordWrap, text);
}

} // namespace boolab::ui
