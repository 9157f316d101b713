// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector/error_steps.h"

#include <algorithm>
#include <cmath>

#include <QStringList>

namespace boolab::ui
{

namespace
{

constexpr double kRadius = 3.5;

double exponentOf(double error)
{
    return std::log10(std::max(error, 1e-12)); // an exact layer still has its place
}

} // namespace

void ErrorSteps::setLines(std::vector<Line> lines)
{
    std::erase_if(lines, [](const Line& line) { return line.errors.empty(); });
    m_lines = std::move(lines);
    QStringList texts;
    for (const Line& line : m_lines) {
        QStringList values;
        for (const double error : line.errors)
            values << valueText(error);
        texts << QStringLiteral("%1: %2").arg(line.name, values.join(QStringLiteral(" → ")));
    }
    setAccessibleDescription(texts.join(QStringLiteral("; ")));
    update();
}

ErrorSteps::Scales ErrorSteps::scales(const ChartFrame& frame) const
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    std::size_t most = 1;
    for (const Line& line : m_lines) {
        most = std::max(most, line.errors.size());
        for (const double error : line.errors) {
            low = std::min(low, exponentOf(error));
            high = std::max(high, exponentOf(error));
        }
    }
    const double air = std::max(0.06, (high - low) * 0.08);
    return {{0.8, static_cast<double>(most) + 0.2, frame.plot.left(), frame.plot.right()},
            {low - air, high + air, frame.plot.bottom(), frame.plot.top()}};
}

QPointF ErrorSteps::placeOf(int line, int kernels) const
{
    const Scales axes = scales(frame());
    const auto& errors = m_lines[static_cast<std::size_t>(line)].errors;
    return {axes.x.toPixel(kernels),
            axes.y.toPixel(exponentOf(errors[static_cast<std::size_t>(kernels - 1)]))};
}

QString ErrorSteps::textAt(const QPointF& place) const
{
    const int kernels = static_cast<int>(std::lround(scales(frame()).x.toValue(place.x())));
    QStringList lines;
    for (const Line& line : m_lines)
        if (kernels >= 1 && kernels <= static_cast<int>(line.errors.size()))
            lines << QStringLiteral("%1: %2").arg(
                line.name, valueText(line.errors[static_cast<std::size_t>(kernels - 1)]));
    if (lines.isEmpty()) return {};
    return (kernels == 1 ? tr("First kernel") : tr("First %1 kernels").arg(kernels)) + QLatin1Char('\n') +
           lines.join(QLatin1Char('\n'));
}

std::vector<LegendEntry> ErrorSteps::legend() const
{
    std::vector<LegendEntry> entries;
    for (std::size_t i = 0; i < m_lines.size(); ++i)
        entries.push_back({m_lines[i].name, seriesColor(static_cast<int>(i), isDark())});
    return entries;
}

void ErrorSteps::paintMarks(QPainter& painter, const ChartFrame& frame, const ChartColors& colors)
{
    const Scales axes = scales(frame);
    const int limit = std::max(2, static_cast<int>(frame.plot.height() / 28));
    const auto yTicks = logTicks(axes.y.low, axes.y.high, limit);
    std::vector<ChartTick> xTicks;
    for (int k = 1; k <= axes.x.high; ++k)
        xTicks.push_back({static_cast<double>(k), QString::number(k)});
    paintGrid(painter, frame, colors, yTicks, axes.y);
    paintYLabels(painter, frame, colors, yTicks, axes.y);
    paintXLabels(painter, frame, colors, xTicks, axes.x, tr("K"));
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        QPolygonF points;
        for (std::size_t k = 0; k < m_lines[i].errors.size(); ++k)
            points << QPointF(axes.x.toPixel(static_cast<double>(k + 1)),
                              axes.y.toPixel(exponentOf(m_lines[i].errors[k])));
        const QColor color = seriesColor(static_cast<int>(i), colors.dark);
        painter.setPen(QPen(color, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(points);
        painter.setBrush(color);
        for (const QPointF& point : points)
            painter.drawEllipse(point, kRadius, kRadius);
    }
}

} // namespace boolab::ui
