// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/block_bars.h"

#include <algorithm>
#include <cmath>

namespace boolab::ui
{

namespace
{

constexpr double kBarShare = 0.82; // of a block's room; the rest is the gap to the next
constexpr double kLeastUnit = 5;   // pixels of a kernel from which on kernels are told apart

int placeOf(std::vector<QString>& names, const QString& name)
{
    const auto found = std::ranges::find(names, name);
    const auto place = found - names.begin();
    if (found == names.end()) names.push_back(name);
    return static_cast<int>(place);
}

} // namespace

BlockBars::BlockBars(const QString& title, QWidget* parent) : QWidget(parent), m_title(title)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(title);
}

void BlockBars::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void BlockBars::setLayers(std::vector<LayerName> layers)
{
    m_layers = std::move(layers);
    m_partNames.clear();
    m_slotNames.clear();
    m_slots.clear();
    m_parts.clear();
    for (const LayerName& layer : m_layers) {
        m_slots.push_back(placeOf(m_slotNames, layer.block < 0 ? layer.part : QString::number(layer.block)));
        m_parts.push_back(placeOf(m_partNames, layer.part));
    }
    m_counts.clear();
    m_pinned.clear();
    m_hovered = -1;
    m_current = -1;
    update();
}

void BlockBars::setCounts(std::vector<int> counts)
{
    m_counts = std::move(counts);
    update();
}

void BlockBars::setPinned(std::vector<bool> pinned)
{
    m_pinned = std::move(pinned);
    update();
}

void BlockBars::setRoomFor(int kernels)
{
    m_room = kernels;
    update();
}

void BlockBars::setCurrent(int layer)
{
    if (layer == m_current || layer >= static_cast<int>(m_layers.size())) return;
    m_current = layer;
    setAccessibleDescription(textOf(layer));
    update();
    Q_EMIT currentChanged(layer);
}

int BlockBars::heightOf(std::size_t layer) const
{
    if (layer >= m_counts.size() || m_counts[layer] == kUnknown) return 0;
    return std::max(1, m_counts[layer]); // a dense layer needs room to be seen
}

std::vector<LegendEntry> BlockBars::legend() const
{
    std::vector<LegendEntry> entries;
    const bool dark = ChartColors(palette()).dark;
    for (std::size_t i = 0; i < m_partNames.size(); ++i)
        entries.push_back({m_partNames[i], seriesColor(static_cast<int>(i), dark)});
    return entries;
}

ChartFrame BlockBars::frame() const
{
    return ChartFrame::in(rect(), font(), titleWidth(font(), m_title), legendWidth(font(), legend()));
}

AxisScale BlockBars::xScale(const ChartFrame& frame) const
{
    return {0, std::max(1.0, static_cast<double>(m_slotNames.size())), frame.plot.left(), frame.plot.right()};
}

AxisScale BlockBars::yScale(const ChartFrame& frame) const
{
    std::vector<int> heights(m_slotNames.size(), 0);
    for (std::size_t i = 0; i < m_layers.size(); ++i)
        heights[static_cast<std::size_t>(m_slots[i])] += m_room > 0 ? m_room : heightOf(i);
    const int high = heights.empty() ? 1 : std::max(1, *std::ranges::max_element(heights));
    return {0, high * 1.03, frame.plot.bottom(), frame.plot.top()};
}

std::vector<QRectF> BlockBars::segments(const ChartFrame& frame) const
{
    const AxisScale x = xScale(frame), y = yScale(frame);
    const double slot = x.toPixel(1) - x.toPixel(0);
    std::vector<int> stacked(m_slotNames.size(), 0);
    std::vector<QRectF> places(m_layers.size());
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        const int height = heightOf(i);
        if (height == 0) continue;
        int& below = stacked[static_cast<std::size_t>(m_slots[i])];
        const double left = x.toPixel(m_slots[i]) + slot * (1 - kBarShare) / 2;
        const double bottom = y.toPixel(below), top = y.toPixel(below + height);
        places[i] = {left, top, slot * kBarShare, bottom - top};
        below += height;
    }
    return places;
}

QRectF BlockBars::segmentOf(int layer) const
{
    if (layer < 0 || layer >= static_cast<int>(m_layers.size())) return {};
    return segments(frame())[static_cast<std::size_t>(layer)];
}

int BlockBars::layerAt(const QPointF& place) const
{
    const auto places = segments(frame());
    const auto found = std::ranges::find_if(places, [&](const QRectF& each) { return each.contains(place); });
    return found == places.end() ? -1 : static_cast<int>(found - places.begin());
}

QString BlockBars::textOf(int layer) const
{
    if (layer < 0 || layer >= static_cast<int>(m_layers.size())) return {};
    const auto index = static_cast<std::size_t>(layer);
    const int count = index < m_counts.size() ? m_counts[index] : kUnknown;
    QString text = QStringLiteral("%1: %2").arg(m_layers[index].spoken(),
                                                count == kUnknown ? tr("not yet")
                                                : count == kDense ? tr("stays in full precision")
                                                : count == 1      ? tr("1 kernel")
                                                                  : tr("%1 kernels").arg(count));
    if (index < m_pinned.size() && m_pinned[index]) text += tr(", pinned");
    return text;
}

void BlockBars::paintSegment(QPainter& painter, const ChartColors& colors, int layer, const QRectF& place)
{
    const auto index = static_cast<std::size_t>(layer);
    const QColor color = seriesColor(m_parts[index], colors.dark);
    const int count = m_counts[index];
    const QRectF inner = place.adjusted(0, place.height() > 3 ? 1 : 0, 0, 0);
    if (count == kDense) {
        painter.fillRect(inner, QBrush(color, Qt::BDiagPattern));
    } else {
        painter.fillRect(inner, color);
        const double unit = place.height() / count;
        QColor line = colors.base;
        line.setAlphaF(0.45F);
        painter.setPen(line);
        for (int k = 1; k < count && unit >= kLeastUnit; ++k)
            painter.drawLine(QPointF(inner.left(), place.top() + k * unit),
                             QPointF(inner.right(), place.top() + k * unit));
    }
    const bool isPinned = index < m_pinned.size() && m_pinned[index];
    const bool isChosen = layer == m_hovered || layer == m_current;
    if (!isPinned && !isChosen) return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colors.text, isPinned ? 2 : 1, isPinned ? Qt::SolidLine : Qt::DashLine));
    painter.drawRect(inner.adjusted(1, 1, -1, -1));
    if (isChosen && isPinned) painter.drawRect(inner.adjusted(-1, -1, 1, 1));
}

void BlockBars::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const ChartColors colors(palette());
    const ChartFrame frame = this->frame();
    painter.fillRect(rect(), colors.base);
    paintTitle(painter, frame, colors, m_title);
    if (m_counts.empty() || m_layers.empty()) {
        paintEmpty(painter, frame, colors, m_emptyText);
        return;
    }
    const AxisScale y = yScale(frame), x = xScale(frame);
    const int limit = std::max(2, static_cast<int>(frame.plot.height() / 30));
    const auto ticks = linearTicks(y.low, y.high, std::clamp(static_cast<int>(y.high), 1, limit));
    std::vector<ChartTick> blocks;
    for (std::size_t i = 0; i < m_slotNames.size(); ++i)
        blocks.push_back({static_cast<double>(i) + 0.5, m_slotNames[i]});
    paintGrid(painter, frame, colors, ticks, y);
    paintYLabels(painter, frame, colors, ticks, y);
    paintXLabels(painter, frame, colors, blocks, x, tr("block"));
    const auto places = segments(frame);
    for (std::size_t i = 0; i < places.size(); ++i)
        if (!places[i].isNull()) paintSegment(painter, colors, static_cast<int>(i), places[i]);
    paintLegend(painter, frame, colors, legend());
    if (!hasFocus()) return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
    painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
}

} // namespace boolab::ui
