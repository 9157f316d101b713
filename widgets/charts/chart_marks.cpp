// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/chart_marks.h"

#include <algorithm>
#include <cmath>

namespace boolab::ui
{
namespace
{

constexpr double kReach = 6;           // pixels around a line that count as on it
constexpr std::size_t kMostShown = 3;  // texts under the mouse
constexpr double kPixelsPerLine = 40;  // faint lines nearer than this would hide the curves
constexpr double kFlag = 6, kTick = 5; // sizes of the flag of a line, and of what is left of a faint one
constexpr double kLeastApart = 1;      // marks on the same pixel are painted once

QPolygonF flagAt(double x, double top)
{
    return QPolygonF({{x, top}, {x + 1.4 * kFlag, top + kFlag / 2}, {x, top + kFlag}});
}

} // namespace

void paintMarks(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                std::span<const ChartMark> marks, const StepToPixel& toPixel)
{
    const auto inside = [&](const ChartMark& mark) {
        const double x = toPixel(mark.x);
        return x >= frame.plot.left() - 0.5 && x <= frame.plot.right() + 0.5;
    };
    const auto faint =
        std::ranges::count_if(marks, [&](const ChartMark& mark) { return mark.isFaint && inside(mark); });
    const bool faintLines = static_cast<double>(faint) * kPixelsPerLine <= frame.plot.width();
    double last = -INFINITY;
    for (const ChartMark& mark : marks) {
        if (!inside(mark)) continue;
        const double x = std::round(toPixel(mark.x)) + 0.5;
        if (mark.isFaint && x - last < kLeastApart) continue;
        last = x;
        const QColor color = mark.isFaint ? colors.faint : seriesColor(mark.color, colors.dark);
        painter.setPen(QPen(color, 1, mark.isFaint ? Qt::DotLine : Qt::DashLine));
        if (!mark.isFaint || faintLines)
            painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()));
        painter.setPen(QPen(color, 1));
        painter.setBrush(color);
        if (mark.isFaint)
            painter.drawLine(QPointF(x, frame.plot.bottom() - kTick), QPointF(x, frame.plot.bottom()));
        else
            painter.drawPolygon(flagAt(x, frame.plot.top()));
    }
    painter.setBrush(Qt::NoBrush);
}

std::vector<const ChartMark*> marksNear(std::span<const ChartMark> marks, double pixel,
                                        const StepToPixel& toPixel)
{
    std::vector<const ChartMark*> near;
    const auto distance = [&](const ChartMark* mark) { return std::abs(toPixel(mark->x) - pixel); };
    for (const ChartMark& mark : marks)
        if (distance(&mark) <= kReach) near.push_back(&mark);
    std::ranges::stable_sort(near, {}, distance);
    if (near.size() > kMostShown) near.resize(kMostShown);
    return near;
}

} // namespace boolab::ui
