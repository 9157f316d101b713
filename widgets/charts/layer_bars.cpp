// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/layer_bars.h"

#include <algorithm>
#include <cmath>

#include <QMouseEvent>
#include <QToolTip>

namespace boolab::ui
{

LayerBars::LayerBars(const QString& title, QWidget* parent) : QWidget(parent), m_title(title)
{
    setMouseTracking(true);
    setAccessibleName(title);
}

void LayerBars::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void LayerBars::setLayers(std::vector<LayerName> layers)
{
    m_layers = std::move(layers);
    m_parts = partsOf(m_layers);
    m_partOfLayer.clear();
    for (const LayerName& layer : m_layers)
        m_partOfLayer.push_back(static_cast<int>(std::ranges::find(m_parts, layer.part) - m_parts.begin()));
    m_slots.clear();
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        const bool goesOn = i > 0 && m_layers[i].block >= 0 && m_layers[i].block == m_layers[i - 1].block;
        m_slots.push_back(i == 0 ? 0 : m_slots.back() + (goesOn ? 0 : 1));
    }
    m_hovered = -1;
    update();
}

void LayerBars::setValues(std::vector<float> values)
{
    m_values = std::move(values);
    update();
}

void LayerBars::setDense(std::vector<bool> dense)
{
    m_dense = std::move(dense);
    update();
}

void LayerBars::setLegendShown(bool shown)
{
    m_legendShown = shown;
    update();
}

void LayerBars::setTitle(const QString& title)
{
    m_title = title;
    setAccessibleName(title);
    update();
}

void LayerBars::setUnit(const QString& unit)
{
    m_unit = unit;
}

void LayerBars::setStacked(bool stacked)
{
    m_stacked = stacked;
    m_hovered = -1;
    update();
}

std::size_t LayerBars::slotOf(std::size_t layer) const
{
    return m_stacked && layer < m_slots.size() ? m_slots[layer] : layer;
}

std::size_t LayerBars::slotCount() const
{
    return m_values.empty() ? 0 : slotOf(m_values.size() - 1) + 1;
}

std::vector<LegendEntry> LayerBars::legend() const
{
    std::vector<LegendEntry> entries;
    if (!m_legendShown || m_parts.size() < 2) return entries;
    const bool dark = ChartColors(palette()).dark;
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        entries.push_back({m_parts[i], seriesColor(static_cast<int>(i), dark)});
    return entries;
}

ChartFrame LayerBars::frame() const
{
    return ChartFrame::in(rect(), font(), titleWidth(font(), m_title), legendWidth(font(), legend()));
}

/// Whole numbers, such as counts of kernels, get no places between them.
std::vector<ChartTick> LayerBars::yTicks(const ChartFrame& frame, const AxisScale& y) const
{
    const int limit = std::max(2, static_cast<int>(frame.plot.height() / 30));
    const bool whole =
        std::ranges::all_of(m_values, [](float v) { return !std::isfinite(v) || v == std::floor(v); });
    return linearTicks(y.low, y.high,
                       whole ? std::clamp(static_cast<int>(std::ceil(y.high)), 1, limit) : limit);
}

AxisScale LayerBars::xScale(const ChartFrame& frame) const
{
    return {0, std::max(1.0, static_cast<double>(slotCount())), frame.plot.left(), frame.plot.right()};
}

AxisScale LayerBars::yScale(const ChartFrame& frame) const
{
    std::vector<double> heights(slotCount(), 0.0);
    for (std::size_t i = 0; i < m_values.size(); ++i)
        if (std::isfinite(m_values[i])) heights[slotOf(i)] += static_cast<double>(m_values[i]);
    const double high = heights.empty() ? 0 : std::ranges::max(heights);
    return {0, high > 0 ? high * 1.08 : 1, frame.plot.bottom(), frame.plot.top()};
}

int LayerBars::layerAt(const QPointF& place) const
{
    const ChartFrame frame = this->frame();
    if (!frame.plot.contains(place) || m_values.empty()) return -1;
    const auto slot = static_cast<std::size_t>(xScale(frame).toValue(place.x()));
    if (!m_stacked) return static_cast<int>(std::min(slot, m_values.size() - 1));
    const auto all = places(frame);
    for (std::size_t i = 0; i < all.size(); ++i)
        if (slotOf(i) == slot && !all[i].isNull() && place.y() >= all[i].top() &&
            place.y() <= all[i].bottom())
            return static_cast<int>(i);
    return -1;
}

QRectF LayerBars::placeOf(int layer) const
{
    const auto all = places(frame());
    return layer >= 0 && layer < static_cast<int>(all.size()) ? all[static_cast<std::size_t>(layer)]
                                                              : QRectF();
}

std::vector<ChartTick> LayerBars::xTicks() const
{
    auto ticks = blockTicks(m_layers);
    for (ChartTick& tick : ticks) {
        if (!m_stacked) continue;
        tick.at = static_cast<double>(slotOf(static_cast<std::size_t>(tick.at))) + 0.5;
    }
    return ticks;
}

std::vector<QRectF> LayerBars::places(const ChartFrame& frame) const
{
    const AxisScale x = xScale(frame), y = yScale(frame);
    const double slot = x.toPixel(1) - x.toPixel(0);
    const double gap = slot >= 4 ? 1 : 0;
    std::vector<double> stacked(slotCount(), 0.0);
    std::vector<QRectF> places(m_values.size());
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        if (!std::isfinite(m_values[i])) continue;
        double& below = stacked[slotOf(i)];
        const double left = x.toPixel(static_cast<double>(slotOf(i)));
        const double bottom = y.toPixel(below), top = y.toPixel(below + static_cast<double>(m_values[i]));
        places[i] = QRectF(left, top, slot - gap, bottom - top);
        below += static_cast<double>(m_values[i]);
    }
    return places;
}

QString LayerBars::textAt(const QPointF& place) const
{
    const int layer = layerAt(place);
    if (layer < 0) return {};
    const auto index = static_cast<std::size_t>(layer);
    const QString name = index < m_layers.size() ? m_layers[index].spoken() : tr("layer %1").arg(layer);
    const float value = m_values[index];
    const bool isDense = index < m_dense.size() && m_dense[index];
    const QString unit = m_unit.isEmpty() ? QString() : QLatin1Char(' ') + m_unit;
    return QStringLiteral("%1: %2").arg(name, std::isfinite(value) ? valueText(value) + unit
                                              : isDense            ? tr("stays in full precision")
                                                                   : tr("not yet"));
}

void LayerBars::paintBars(QPainter& painter, const ChartFrame& frame, const ChartColors& colors)
{
    const auto all = places(frame);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!std::isfinite(m_values[i])) continue;
        const int part = i < m_partOfLayer.size() ? m_partOfLayer[i] : 0;
        QColor color = seriesColor(part, colors.dark);
        if (static_cast<int>(i) == m_hovered) color = colors.text;
        painter.fillRect(all[i], color);
    }
}

void LayerBars::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const ChartColors colors(palette());
    const ChartFrame frame = this->frame();
    painter.fillRect(rect(), colors.base);
    paintTitle(painter, frame, colors, m_title);
    if (m_values.empty()) {
        paintEmpty(painter, frame, colors, m_emptyText);
        return;
    }
    const AxisScale y = yScale(frame);
    const auto ticks = yTicks(frame, y);
    paintGrid(painter, frame, colors, ticks, y);
    paintYLabels(painter, frame, colors, ticks, y);
    paintXLabels(painter, frame, colors, xTicks(), xScale(frame), tr("block"));
    paintBars(painter, frame, colors);
    paintLegend(painter, frame, colors, legend());
}

void LayerBars::mousePressEvent(QMouseEvent* event)
{
    const int layer = layerAt(event->position());
    if (layer >= 0 && event->button() == Qt::LeftButton) Q_EMIT activated(layer);
}

void LayerBars::mouseMoveEvent(QMouseEvent* event)
{
    const int layer = layerAt(event->position());
    if (layer != m_hovered) {
        m_hovered = layer;
        update();
    }
    QToolTip::showText(event->globalPosition().toPoint(), textAt(event->position()), this);
}

void LayerBars::leaveEvent(QEvent*)
{
    m_hovered = -1;
    update();
}

std::vector<ChartTick> blockTicks(const std::vector<LayerName>& layers)
{
    std::vector<ChartTick> ticks;
    int last = -1;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].block < 0 || layers[i].block == last) continue;
        last = layers[i].block;
        ticks.push_back({static_cast<double>(i), QString::number(last)});
    }
    return ticks;
}

} // namespace boolab::ui
