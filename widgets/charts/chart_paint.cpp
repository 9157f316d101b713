// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/chart_paint.h"

#include <QFontMetricsF>

namespace boolab::ui
{
namespace
{

constexpr double kGap = 6;         // between a label and what it belongs to
constexpr double kLegendMark = 12; // width of the stroke before a legend's name

} // namespace

ChartFrame ChartFrame::in(const QRectF& whole, const QFont& font)
{
    const QFontMetricsF metrics(font);
    const double left = metrics.horizontalAdvance(QStringLiteral("0.00005")) + 2 * kGap;
    const double line = metrics.height();
    return {whole, whole.adjusted(left, line + 2 * kGap, -2 * kGap, -line - 2 * kGap)};
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
    QFont bold = painter.font();
    bold.setBold(true);
    painter.save();
    painter.setFont(bold);
    painter.setPen(colors.text);
    painter.drawText(QRectF(frame.whole.left() + kGap, frame.whole.top(), frame.whole.width() - 2 * kGap,
                            frame.plot.top() - frame.whole.top() - kGap / 2),
                     Qt::AlignLeft | Qt::AlignVCenter, title);
    painter.restore();
}

std::vector<QRectF> paintLegend(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                                const std::vector<LegendEntry>& entries)
{
    const QFontMetricsF metrics(painter.font());
    const double height = frame.plot.top() - frame.whole.top() - kGap / 2;
    double width = 0;
    for (const LegendEntry& entry : entries)
        width += kLegendMark + metrics.horizontalAdvance(entry.name) + 3 * kGap;
    std::vector<QRectF> places;
    double left = frame.whole.right() - width;
    for (const LegendEntry& entry : entries) {
        const double nameWidth = metrics.horizontalAdvance(entry.name);
        const QRectF place(left, frame.whole.top(), kLegendMark + kGap + nameWidth, height);
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
