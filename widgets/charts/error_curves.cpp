// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/error_curves.h"

#include <algorithm>
#include <cmath>

#include <QStringList>

namespace boolab::ui
{

namespace
{

constexpr double kReach = 8; // pixels from a line to the mouse

bool isShown(float error)
{
    return std::isfinite(error) && error > 0;
}

double distance(const QPointF& place, const QPointF& from, const QPointF& to)
{
    const QPointF along = to - from, away = place - from;
    const double length = QPointF::dotProduct(along, along);
    const double share = length > 0 ? std::clamp(QPointF::dotProduct(away, along) / length, 0.0, 1.0) : 0;
    const QPointF gap = away - share * along;
    return std::hypot(gap.x(), gap.y());
}

double distance(const QPointF& place, const QPolygonF& line)
{
    double least = line.isEmpty() ? HUGE_VAL : distance(place, line.first(), line.first());
    for (qsizetype i = 1; i < line.size(); ++i)
        least = std::min(least, distance(place, line[i - 1], line[i]));
    return least;
}

} // namespace

void ErrorCurves::clear()
{
    m_errors.clear();
    update();
}

void ErrorCurves::setErrors(int kernels, std::vector<float> errors)
{
    const auto place = static_cast<std::size_t>(kernels - 1);
    if (m_errors.size() <= place) m_errors.resize(place + 1);
    m_errors[place] = std::move(errors);
    update();
}

std::vector<float> ErrorCurves::curveOf(int layer) const
{
    std::vector<float> curve;
    for (const auto& errors : m_errors) {
        const auto index = static_cast<std::size_t>(layer);
        if (index >= errors.size() || !std::isfinite(errors[index])) break;
        curve.push_back(errors[index]);
    }
    return curve;
}

AxisScale ErrorCurves::xScale(const ChartFrame& frame) const
{
    const auto most = static_cast<double>(std::max<std::size_t>(2, m_errors.size()));
    return {0.9, most + 0.2, frame.plot.left(), frame.plot.right()};
}

AxisScale ErrorCurves::yScale(const ChartFrame& frame) const
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (const auto& errors : m_errors)
        for (const float error : errors)
            if (isShown(error)) {
                low = std::min(low, std::log10(static_cast<double>(error)));
                high = std::max(high, std::log10(static_cast<double>(error)));
            }
    if (low > high) return {-3, 0, frame.plot.bottom(), frame.plot.top()};
    const double air = std::max(0.05, (high - low) * 0.04);
    return {low - air, high + air, frame.plot.bottom(), frame.plot.top()};
}

QPolygonF ErrorCurves::lineOf(int layer, const AxisScale& x, const AxisScale& y) const
{
    QPolygonF line;
    const auto curve = curveOf(layer);
    for (std::size_t k = 0; k < curve.size(); ++k)
        if (isShown(curve[k])) line << QPointF(x.toPixel(k + 1.0), y.toPixel(std::log10(curve[k])));
    return line;
}

QPointF ErrorCurves::placeOf(int layer, int kernels) const
{
    const QPolygonF line = lineOf(layer, xScale(frame()), yScale(frame()));
    return line.value(kernels - 1);
}

int ErrorCurves::layerAt(const QPointF& place) const
{
    const ChartFrame frame = this->frame();
    const AxisScale x = xScale(frame), y = yScale(frame);
    int nearest = -1;
    double least = kReach;
    for (int layer = 0; layer < static_cast<int>(layers().size()); ++layer)
        if (const double away = distance(place, lineOf(layer, x, y)); away < least) {
            least = away;
            nearest = layer;
        }
    return nearest;
}

QString ErrorCurves::textOf(int layer) const
{
    if (layer < 0 || layer >= static_cast<int>(layers().size())) return {};
    QStringList parts;
    for (const float error : curveOf(layer))
        parts << valueText(error);
    return QStringLiteral("%1: %2").arg(layers()[static_cast<std::size_t>(layer)].spoken(),
                                        parts.isEmpty() ? tr("stays in full precision")
                                                        : parts.join(QStringLiteral(" → ")));
}

void ErrorCurves::paintLine(QPainter& painter, const QPolygonF& line, const QPen& pen) const
{
    painter.setPen(pen);
    painter.setBrush(pen.color());
    painter.drawPolyline(line);
    for (const QPointF& point : line)
        painter.drawEllipse(point, pen.widthF() + 0.5, pen.widthF() + 0.5);
}

void ErrorCurves::paintMarks(QPainter& painter, const ChartFrame& frame, const ChartColors& colors)
{
    const AxisScale x = xScale(frame), y = yScale(frame);
    const int limit = std::max(2, static_cast<int>(frame.plot.height() / 28));
    const auto yTicks = logTicks(y.low, y.high, limit);
    std::vector<ChartTick> xTicks;
    for (std::size_t k = 1; k <= m_errors.size(); ++k)
        xTicks.push_back({static_cast<double>(k), QString::number(k)});
    paintGrid(painter, frame, colors, yTicks, y);
    paintYLabels(painter, frame, colors, yTicks, y);
    paintXLabels(painter, frame, colors, xTicks, x, tr("K"));
    for (int layer = 0; layer < static_cast<int>(layers().size()); ++layer) {
        QColor color = colorOf(layer, colors.dark);
        color.setAlphaF(0.45F);
        paintLine(painter, lineOf(layer, x, y), QPen(color, 1.2));
    }
    for (const int layer : {current(), hovered()})
        if (layer >= 0) {
            paintLine(painter, lineOf(layer, x, y), QPen(colors.base, 5));
            paintLine(painter, lineOf(layer, x, y),
                      QPen(layer == current() ? colors.text : colorOf(layer, colors.dark), 2.5));
        }
}

} // namespace boolab::ui
