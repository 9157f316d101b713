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
    return {0, std::max(1.0, static_cast<double>(m_values.size())), frame.plot.left(), frame.plot.right()};
}

AxisScale LayerBars::yScale(const ChartFrame& frame) const
{
    double high = 0;
    for (const float value : m_values)
        if (std::isfinite(value)) high = std::max(high, static_cast<double>(value));
    return {0, high > 0 ? high * 1.08 : 1, frame.plot.bottom(), frame.plot.top()};
}

int LayerBars::layerAt(const QPointF& place) const
{
    const ChartFrame frame = this->frame();
    if (!frame.plot.contains(place) || m_values.empty()) return -1;
    return std::min(static_cast<int>(xScale(frame).toValue(place.x())),
                    static_cast<int>(m_values.size()) - 1);
}

QString LayerBars::textAt(const QPointF& place) const
{
    const int layer = layerAt(place);
    if (layer < 0) return {};
    const auto index = static_cast<std::size_t>(layer);
    const QString name = index < m_layers.size() ? m_layers[index].spoken() : tr("layer %1").arg(layer);
    const float value = m_values[index];
    const bool isDense = index < m_dense.size() && m_dense[index];
    return QStringLiteral("%1: %2").arg(name, std::isfinite(value) ? valueText(value)
                                              : isDense            ? tr("stays in full precision")
                                                                   : tr("not yet"));
}

void LayerBars::paintBars(QPainter& painter, const ChartFrame& frame, const ChartColors& colors)
{
    const AxisScale x = xScale(frame), y = yScale(frame);
    const double slot = x.toPixel(1) - x.toPixel(0);
    const double gap = slot >= 4 ? 1 : 0;
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        if (!std::isfinite(m_values[i])) continue;
        const int part = i < m_partOfLayer.size() ? m_partOfLayer[i] : 0;
        QColor color = seriesColor(part, colors.dark);
        if (static_cast<int>(i) == m_hovered) color = colors.text;
        const double left = x.toPixel(static_cast<double>(i));
        const double top = y.toPixel(m_values[i]);
        painter.fillRect(QRectF(left, top, slot - gap, frame.plot.bottom() - top), color);
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
    paintXLabels(painter, frame, colors, blockTicks(m_layers), xScale(frame), tr("block"));
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
