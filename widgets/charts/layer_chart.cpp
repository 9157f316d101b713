// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/layer_chart.h"

#include <algorithm>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

namespace boolab::ui
{

LayerChart::LayerChart(const QString& title, QWidget* parent) : QWidget(parent), m_title(title)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(title);
}

void LayerChart::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void LayerChart::setLayers(std::vector<LayerName> layers)
{
    m_layers = std::move(layers);
    m_partNames = partsOf(m_layers);
    m_parts.clear();
    for (const LayerName& layer : m_layers)
        m_parts.push_back(static_cast<int>(std::ranges::find(m_partNames, layer.part) - m_partNames.begin()));
    m_current = m_hovered = -1;
    update();
}

void LayerChart::setCurrent(int layer)
{
    if (layer == m_current || layer >= static_cast<int>(m_layers.size())) return;
    m_current = layer;
    setAccessibleDescription(textOf(layer));
    update();
    Q_EMIT currentChanged(layer);
}

std::vector<LegendEntry> LayerChart::legend() const
{
    std::vector<LegendEntry> entries;
    const bool dark = ChartColors(palette()).dark;
    for (std::size_t i = 0; i < m_partNames.size(); ++i)
        entries.push_back({m_partNames[i], seriesColor(static_cast<int>(i), dark)});
    return entries;
}

ChartFrame LayerChart::frame() const
{
    return ChartFrame::in(rect(), font(), titleWidth(font(), m_title), legendWidth(font(), legend()));
}

QColor LayerChart::colorOf(int layer, bool dark) const
{
    return seriesColor(m_parts[static_cast<std::size_t>(layer)], dark);
}

void LayerChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ChartColors colors(palette());
    const ChartFrame frame = this->frame();
    painter.fillRect(rect(), colors.base);
    paintTitle(painter, frame, colors, m_title);
    if (m_layers.empty() || isEmpty()) {
        paintEmpty(painter, frame, colors, m_emptyText);
        return;
    }
    paintMarks(painter, frame, colors);
    paintLegend(painter, frame, colors, legend());
    if (!hasFocus()) return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
    painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
}

void LayerChart::mousePressEvent(QMouseEvent* event)
{
    const int layer = layerAt(event->position());
    if (layer < 0) return;
    setCurrent(layer);
    if (event->button() == Qt::LeftButton) Q_EMIT activated(layer);
}

void LayerChart::mouseMoveEvent(QMouseEvent* event)
{
    const int layer = layerAt(event->position());
    if (layer != m_hovered) {
        m_hovered = layer;
        update();
    }
    QToolTip::showText(event->globalPosition().toPoint(), layer < 0 ? QString() : textOf(layer), this);
}

void LayerChart::leaveEvent(QEvent*)
{
    m_hovered = -1;
    update();
}

void LayerChart::keyPressEvent(QKeyEvent* event)
{
    const int step = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    const bool enters = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (step != 0 && !m_layers.empty())
        setCurrent(std::clamp(m_current + step, 0, static_cast<int>(m_layers.size()) - 1));
    else if (enters && m_current >= 0)
        Q_EMIT activated(m_current);
    else
        QWidget::keyPressEvent(event);
}

void LayerChart::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void LayerChart::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace boolab::ui
