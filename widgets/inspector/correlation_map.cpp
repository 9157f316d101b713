// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector/correlation_map.h"

#include <algorithm>
#include <cmath>

namespace boolab::ui
{

namespace
{

/// From the base's colour at 0 to full blue at 1 and full orange at -1.
QColor shadeOf(double correlation, const ChartColors& colors)
{
    const QColor full = seriesColor(correlation < 0 ? 1 : 0, colors.dark);
    const double share = std::clamp(std::abs(correlation), 0.0, 1.0);
    const auto mix = [share](float from, float to) { return static_cast<float>(from + (to - from) * share); };
    return QColor::fromRgbF(mix(colors.box.redF(), full.redF()), mix(colors.box.greenF(), full.greenF()),
                            mix(colors.box.blueF(), full.blueF()));
}

} // namespace

void CorrelationMap::setValues(std::vector<std::vector<double>> values)
{
    m_values = std::move(values);
    update();
}

QRectF CorrelationMap::cellOf(int row, int column, const ChartFrame& frame) const
{
    const auto count = static_cast<double>(m_values.size());
    const double width = frame.plot.width() / count, height = frame.plot.height() / count;
    return {frame.plot.left() + column * width, frame.plot.top() + row * height, width, height};
}

QRectF CorrelationMap::cellOf(int row, int column) const
{
    return cellOf(row, column, frame());
}

QString CorrelationMap::textAt(const QPointF& place) const
{
    const int count = static_cast<int>(m_values.size());
    for (int row = 0; row < count; ++row)
        for (int column = 0; column < count; ++column)
            if (cellOf(row, column).contains(place))
                return tr("Outputs of kernels %1 and %2: correlation %3")
                    .arg(row + 1)
                    .arg(column + 1)
                    .arg(m_values[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)], 0, 'f',
                         4);
    return {};
}

void CorrelationMap::paintMarks(QPainter& painter, const ChartFrame& frame, const ChartColors& colors)
{
    const int count = static_cast<int>(m_values.size());
    std::vector<ChartTick> ticks;
    for (int k = 0; k < count; ++k)
        ticks.push_back({k + 0.5, QString::number(k + 1)});
    const AxisScale x{0, static_cast<double>(count), frame.plot.left(), frame.plot.right()},
        y{0, static_cast<double>(count), frame.plot.top(), frame.plot.bottom()};
    paintXLabels(painter, frame, colors, ticks, x, tr("kernel"));
    paintYLabels(painter, frame, colors, ticks, y);
    for (int row = 0; row < count; ++row)
        for (int column = 0; column < count; ++column) {
            const double value = m_values[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
            const QRectF cell = cellOf(row, column, frame).adjusted(1, 1, -1, -1);
            const QColor shade = shadeOf(value, colors);
            painter.fillRect(cell, shade);
            painter.setPen(shade.lightnessF() > 0.5F ? Qt::black : Qt::white);
            const QString text = QString::number(value, 'f', cell.width() < 44 ? 1 : 2);
            if (cell.height() > painter.fontMetrics().height()) painter.drawText(cell, Qt::AlignCenter, text);
        }
}

} // namespace boolab::ui
