// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/bar_chart.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

namespace boolab::ui
{

namespace
{

constexpr double kGap = 6;          // between a bar, its label and its name
constexpr double kGroupShare = 0.8; // of a group's room; the rest is the gap to the next
constexpr double kThickest = 22;    // pixels of a bar
constexpr double kHeadroom = 1.04;  // beyond the largest value
constexpr double kTickRoom = 70;    // pixels per tick, at least

bool isDrawn(const Bar& bar)
{
    return std::isfinite(bar.value) && bar.value >= 0;
}

} // namespace

BarChart::BarChart(const QString& title, QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setTitle(title);
}

void BarChart::setTitle(const QString& title)
{
    m_title = title;
    setAccessibleName(title);
    update();
}

void BarChart::setUnit(const QString& unit)
{
    m_unit = unit;
    update();
}

void BarChart::setEmptyText(const QString& text)
{
    m_emptyText = text;
    if (m_groups.empty()) setAccessibleDescription(text);
    update();
}

void BarChart::setSeries(const QStringList& names)
{
    m_series = names;
    update();
}

void BarChart::setGroups(std::vector<BarGroup> groups)
{
    m_groups = std::move(groups);
    m_current = m_hovered = -1;
    setAccessibleDescription(m_groups.empty() ? m_emptyText : QString());
    updateGeometry();
    update();
}

void BarChart::setReference(std::optional<double> value, const QString& name)
{
    m_reference = value && std::isfinite(*value) && *value > 0 ? value : std::nullopt;
    m_referenceName = name;
    update();
}

int BarChart::barCount() const
{
    std::size_t count = 0;
    for (const BarGroup& group : m_groups)
        count += group.bars.size();
    return static_cast<int>(count);
}

const Bar& BarChart::barOf(int bar) const
{
    auto index = static_cast<std::size_t>(bar);
    for (const BarGroup& group : m_groups) {
        if (index < group.bars.size()) return group.bars[index];
        index -= group.bars.size();
    }
    static const Bar none;
    return none;
}

QString BarChart::textOf(int bar) const
{
    return bar >= 0 && bar < barCount() ? barOf(bar).text : QString();
}

std::vector<LegendEntry> BarChart::legend(bool dark) const
{
    std::vector<LegendEntry> entries;
    if (m_series.size() < 2) return entries;
    for (qsizetype i = 0; i < m_series.size(); ++i)
        if (!m_series[i].isEmpty()) entries.push_back({m_series[i], seriesColor(static_cast<int>(i), dark)});
    return entries;
}

/// The names stand where other charts have the labels of their y axis.
ChartFrame BarChart::frame() const
{
    ChartFrame frame =
        ChartFrame::in(rect(), font(), titleWidth(font(), m_title), legendWidth(font(), legend(false)));
    const QFontMetricsF metrics(font());
    double names = 0;
    for (const BarGroup& group : m_groups)
        names =
            std::max({names, metrics.horizontalAdvance(group.name), metrics.horizontalAdvance(group.note)});
    frame.plot.setLeft(std::min(frame.whole.left() + names + 2.5 * kGap, frame.whole.center().x()));
    frame.plot.setTop(frame.legendLine.bottom() + (m_reference ? metrics.height() + kGap / 2 : kGap / 2));
    return frame;
}

/// Leaves room for the label at the end of each bar.
AxisScale BarChart::scale(const ChartFrame& frame) const
{
    const QFontMetricsF metrics(font());
    double high = m_reference.value_or(0) * kHeadroom;
    for (const BarGroup& group : m_groups)
        for (const Bar& bar : group.bars) {
            if (!isDrawn(bar)) continue;
            const double label = metrics.horizontalAdvance(bar.label) + 2 * kGap;
            const double room = std::max(frame.plot.width() - label, frame.plot.width() / 4);
            high = std::max(high, bar.value * frame.plot.width() / std::max(1.0, room));
        }
    return {0, high > 0 ? high : 1, frame.plot.left(), frame.plot.right()};
}

std::vector<QRectF> BarChart::places(const ChartFrame& frame) const
{
    const AxisScale x = scale(frame);
    std::vector<QRectF> places;
    const double room = frame.plot.height() / std::max<double>(1, static_cast<double>(m_groups.size()));
    for (std::size_t g = 0; g < m_groups.size(); ++g) {
        const auto& bars = m_groups[g].bars;
        const auto count = std::max<double>(1, static_cast<double>(bars.size()));
        const double thick = std::min(kThickest, room * kGroupShare / count);
        double top = frame.plot.top() + room * (static_cast<double>(g) + 0.5) - thick * count / 2;
        for (const Bar& bar : bars) {
            const double right = isDrawn(bar) ? x.toPixel(bar.value) : frame.plot.left();
            places.emplace_back(frame.plot.left(), top, right - frame.plot.left(), thick);
            top += thick;
        }
    }
    return places;
}

QRectF BarChart::placeOf(int bar) const
{
    const auto all = places(frame());
    return bar >= 0 && bar < static_cast<int>(all.size()) ? all[static_cast<std::size_t>(bar)] : QRectF();
}

int BarChart::barAt(const QPointF& place) const
{
    const ChartFrame frame = this->frame();
    const auto all = places(frame);
    for (std::size_t i = 0; i < all.size(); ++i) // short bars are hit beside them, too
        if (QRectF(frame.whole.left(), all[i].top(), frame.whole.width(), all[i].height()).contains(place))
            return static_cast<int>(i);
    return -1;
}

void BarChart::paintAxis(QPainter& painter, const ChartFrame& frame, const ChartColors& colors) const
{
    const AxisScale x = scale(frame);
    const auto ticks =
        atLeastTwoTicks(x.low, x.high, std::max(2, static_cast<int>(frame.plot.width() / kTickRoom)));
    painter.setPen(QPen(colors.grid, 1));
    for (const ChartTick& tick : ticks) {
        const double at = std::round(x.toPixel(tick.at)) + 0.5;
        painter.drawLine(QPointF(at, frame.plot.top()), QPointF(at, frame.plot.bottom()));
    }
    paintXLabels(painter, frame, colors, ticks, x, m_unit);
}

void BarChart::paintNames(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                          const std::vector<QRectF>& places) const
{
    const QFontMetricsF metrics(painter.font());
    const double line = metrics.height(), width = frame.plot.left() - frame.whole.left() - 1.5 * kGap;
    std::size_t first = 0;
    for (const BarGroup& group : m_groups) {
        if (group.bars.empty()) continue;
        const double middle = (places[first].top() + places[first + group.bars.size() - 1].bottom()) / 2;
        first += group.bars.size();
        const double top = middle - (group.note.isEmpty() ? line / 2 : line);
        const auto draw = [&](const QString& text, double at, const QColor& color) {
            painter.setPen(color);
            painter.drawText(QRectF(frame.whole.left() + kGap / 2, at, width, line),
                             Qt::AlignRight | Qt::AlignVCenter,
                             metrics.elidedText(text, Qt::ElideMiddle, width));
        };
        draw(group.name, top, colors.text);
        draw(group.note, top + line, colors.faint);
    }
}

void BarChart::paintBars(QPainter& painter, const ChartColors& colors,
                         const std::vector<QRectF>& places) const
{
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Bar& bar = barOf(static_cast<int>(i));
        const QRectF inner = places[i].adjusted(0, 0.5, 0, places[i].height() > 4 ? -1 : -0.5);
        const bool isChosen = static_cast<int>(i) == m_current || static_cast<int>(i) == m_hovered;
        if (isDrawn(bar)) painter.fillRect(inner, seriesColor(bar.series, colors.dark));
        if (isChosen) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(colors.text, static_cast<int>(i) == m_current ? 2 : 1));
            painter.drawRect(inner);
        }
    }
}

void BarChart::paintLabels(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                           const std::vector<QRectF>& places) const
{
    const double line = QFontMetricsF(painter.font()).height();
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Bar& bar = barOf(static_cast<int>(i));
        const QRectF place(places[i].right() + kGap, places[i].center().y() - line / 2,
                           frame.whole.right() - places[i].right() - kGap, line);
        // The grid and the level line must not run through figures.
        QRectF ground = painter.fontMetrics().boundingRect(bar.label);
        ground.moveCenter({place.left() + ground.width() / 2, place.center().y()});
        painter.fillRect(ground.adjusted(-2, 0, 2, 0) & place.adjusted(-3, 0, 0, 0), colors.base);
        painter.setPen(isDrawn(bar) ? colors.text : colors.faint);
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, bar.label);
    }
}

void BarChart::paintReference(QPainter& painter, const ChartFrame& frame, const ChartColors& colors) const
{
    if (!m_reference) return;
    const QFontMetricsF metrics(painter.font());
    const double at = scale(frame).toPixel(*m_reference);
    painter.setPen(QPen(colors.text, 1.2, Qt::DashLine));
    painter.drawLine(QPointF(at, frame.plot.top()), QPointF(at, frame.plot.bottom()));
    const double width = std::min(metrics.horizontalAdvance(m_referenceName), frame.whole.width() - 2 * kGap);
    const double left =
        std::clamp(at - width / 2, frame.whole.left() + kGap, frame.whole.right() - kGap - width);
    painter.setPen(colors.text);
    painter.drawText(QRectF(left, frame.plot.top() - metrics.height(), width, metrics.height()),
                     Qt::AlignCenter, metrics.elidedText(m_referenceName, Qt::ElideRight, width));
}

void BarChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const ChartColors colors(palette());
    const ChartFrame frame = this->frame();
    painter.fillRect(rect(), colors.base);
    paintTitle(painter, frame, colors, m_title);
    if (m_groups.empty()) {
        paintEmpty(painter, ChartFrame::in(rect(), font()), colors, m_emptyText);
    } else {
        const auto all = places(frame);
        paintAxis(painter, frame, colors);
        paintNames(painter, frame, colors, all);
        paintBars(painter, colors, all);
        paintReference(painter, frame, colors);
        paintLabels(painter, frame, colors, all);
        paintLegend(painter, frame, colors, legend(colors.dark));
    }
    if (!hasFocus()) return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
    painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
}

QSize BarChart::sizeHint() const
{
    const int line = fontMetrics().height();
    return {480, line * (4 + std::max(4, barCount() + static_cast<int>(m_groups.size())))};
}

QSize BarChart::minimumSizeHint() const
{
    const int line = fontMetrics().height();
    return {300, line * 4 + std::max(2 * line, barCount() * (line - 2))};
}

void BarChart::setCurrent(int bar)
{
    m_current = bar;
    setAccessibleDescription(textOf(bar));
    if (bar >= 0) QToolTip::showText(mapToGlobal(placeOf(bar).bottomLeft().toPoint()), textOf(bar), this);
    update();
}

void BarChart::mouseMoveEvent(QMouseEvent* event)
{
    const int bar = barAt(event->position());
    if (bar != m_hovered) {
        m_hovered = bar;
        update();
    }
    QToolTip::showText(event->globalPosition().toPoint(), textOf(bar), this);
}

void BarChart::leaveEvent(QEvent*)
{
    m_hovered = -1;
    update();
}

void BarChart::keyPressEvent(QKeyEvent* event)
{
    const int step = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    if (step == 0 || barCount() == 0) return QWidget::keyPressEvent(event);
    setCurrent(m_current < 0 ? (step > 0 ? 0 : barCount() - 1)
                             : std::clamp(m_current + step, 0, barCount() - 1));
}

void BarChart::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void BarChart::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace boolab::ui
