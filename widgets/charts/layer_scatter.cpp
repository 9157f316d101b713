// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/layer_scatter.h"

#include "core/jobs/text_format.h"

#include <algorithm>
#include <cmath>

namespace boolab::ui
{

namespace
{

constexpr double kReach = 8, kRadius = 3.5;

/// Exponents with some air; a single value still has a range.
AxisScale spanning(double low, double high, double pixelLow, double pixelHigh)
{
    const double air = std::max(0.08, (high - low) * 0.06);
    return {low - air, high + air, pixelLow, pixelHigh};
}

std::vector<ChartTick> countTicks(const AxisScale& x, int limit)
{
    auto ticks = logTicks(x.low, x.high, limit);
    for (ChartTick& tick : ticks)
        tick.label =
            QString::fromStdString(formatShortCount(static_cast<std::int64_t>(std::pow(10, tick.at) + 0.5)));
    return ticks;
}

} // namespace

void LayerScatter::setValues(std::vector<double> weights, std::vector<float> errors)
{
    m_weights = std::move(weights);
    m_errors = std::move(errors);
    update();
}

bool LayerScatter::has(std::size_t layer) const
{
    return layer < m_weights.size() && layer < m_errors.size() && m_weights[layer] > 0 &&
           std::isfinite(m_errors[layer]) && m_errors[layer] > 0;
}

bool LayerScatter::isEmpty() const
{
    for (std::size_t i = 0; i < layers().size(); ++i)
        if (has(i)) return false;
    return true;
}

LayerScatter::Scales LayerScatter::scales(const ChartFrame& frame) const
{
    double left = HUGE_VAL, right = -HUGE_VAL, low = HUGE_VAL, high = -HUGE_VAL;
    for (std::size_t i = 0; i < layers().size(); ++i) {
        if (!has(i)) continue;
        const double x = std::log10(m_weights[i]), y = std::log10(static_cast<double>(m_errors[i]));
        left = std::min(left, x);
        right = std::max(right, x);
        low = std::min(low, y);
        high = std::max(high, y);
    }
    return {spanning(left, right, frame.plot.left(), frame.plot.right()),
            spanning(low, high, frame.plot.bottom(), frame.plot.top())};
}

QPointF LayerScatter::placeOf(int layer) const
{
    const auto index = static_cast<std::size_t>(layer);
    const Scales axes = scales(frame());
    return {axes.x.toPixel(std::log10(m_weights[index])), axes.y.toPixel(std::log10(m_errors[index]))};
}

int LayerScatter::layerAt(const QPointF& place) const
{
    if (isEmpty()) return -1;
    const Scales axes = scales(frame());
    int nearest = -1;
    double least = kReach;
    for (std::size_t i = 0; i < layers().size(); ++i) {
        if (!has(i)) continue;
        const double away = std::hypot(axes.x.toPixel(std::log10(m_weights[i])) - place.x(),
                                       axes.y.toPixel(std::log10(m_errors[i])) - place.y());
        if (away >= least) continue;
        least = away;
        nearest = static_cast<int>(i);
    }
    return nearest;
}

QString LayerScatter::textOf(int layer) const
{
    const auto index = static_cast<std::size_t>(layer);
    if (layer < 0 || !has(index)) return {};
    return tr("%1: %2 weights, error %3")
        .arg(layers()[index].spoken(),
             QString::fromStdString(formatCount(static_cast<std::int64_t>(m_weights[index]))),
             valueText(m_errors[index]));
}

void LayerScatter::paintMarks(QPainter& painter, const ChartFrame& frame, const ChartColors& colors)
{
    const Scales axes = scales(frame);
    const auto yTicks =
        logTicks(axes.y.low, axes.y.high, std::max(2, static_cast<int>(frame.plot.height() / 28)));
    paintGrid(painter, frame, colors, yTicks, axes.y);
    paintYLabels(painter, frame, colors, yTicks, axes.y);
    paintXLabels(painter, frame, colors, countTicks(axes.x, 8), axes.x, tr("weights"));
    const auto paint = [&](int layer, const QPen& pen, double radius) {
        const auto index = static_cast<std::size_t>(layer);
        if (layer < 0 || !has(index)) return;
        QColor fill = colorOf(layer, colors.dark);
        fill.setAlphaF(0.6F);
        painter.setPen(pen);
        painter.setBrush(fill);
        painter.drawEllipse(QPointF(axes.x.toPixel(std::log10(m_weights[index])),
                                    axes.y.toPixel(std::log10(m_errors[index]))),
                            radius, radius);
    };
    for (int layer = 0; layer < static_cast<int>(layers().size()); ++layer)
        paint(layer, QPen(colorOf(layer, colors.dark), 1), kRadius);
    paint(hovered(), QPen(colors.text, 1.5), kRadius + 1.5);
    paint(current(), QPen(colors.text, 2.5), kRadius + 2);
}

} // namespace boolab::ui
