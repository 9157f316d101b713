// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/point_chart.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

namespace boolab::ui
{

namespace
{

constexpr double kReach = 9, kRadius = 4.5;
constexpr double kAir = 0.06;     // of an axis' range, on both sides
constexpr double kLeastLog = 0.1; // decades: a single point still has a range

std::vector<ChartTick> wholeTicks(const AxisScale& x)
{
    std::vector<ChartTick> ticks;
    for (double at = std::ceil(x.low); at <= x.high; ++at)
        ticks.push_back({at, QString::number(at, 'f', 0)});
    return ticks;
}

/// 2·10⁶ for what would not fit before the axis.
QString powerText(const ChartTick& tick)
{
    constexpr int kShort = 5;
    const int power = static_cast<int>(std::floor(tick.at + 1e-9));
    if (power < kShort) return tick.label;
    QString digits;
    for (const QChar digit : QString::number(power))
        digits += QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹")[digit.digitValue()];
    const int factor = static_cast<int>(std::lround(std::pow(10, tick.at - power)));
    return (factor > 1 ? QStringLiteral("%1·10").arg(factor) : QStringLiteral("10")) + digits;
}

AxisScale spanning(double low, double high, double least, double pixelLow, double pixelHigh)
{
    const double air = std::max((least - (high - low)) / 2, (high - low) * kAir);
    return {low - air, high + air, pixelLow, pixelHigh};
}

} // namespace

PointChart::PointChart(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
}

void PointChart::setTitle(const QString& title)
{
    m_title = title;
    setAccessibleName(title);
    update();
}

void PointChart::setXCaption(const QString& caption)
{
    m_xCaption = caption;
    update();
}

void PointChart::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void PointChart::setSeries(const QStringList& names)
{
    m_series = names;
    update();
}

void PointChart::setPoints(std::vector<PlotPoint> points)
{
    if (points == m_points) return;
    m_points = std::move(points);
    const int count = static_cast<int>(m_points.size());
    std::erase_if(m_front, [&](int i) { return i >= count; });
    if (m_current >= count) m_current = -1;
    if (m_hovered >= count) m_hovered = -1;
    update();
}

void PointChart::setReference(std::optional<double> y, const QString& name)
{
    std::vector<ChartLevel> levels;
    if (y && std::isfinite(*y) && *y > 0) levels.push_back({*y, name, name});
    setLevels(std::move(levels));
}

void PointChart::setLevels(std::vector<ChartLevel> levels)
{
    if (levels == m_levels) return;
    m_levels = std::move(levels);
    update();
}

void PointChart::setFront(std::vector<int> points)
{
    if (points == m_front) return;
    m_front = std::move(points);
    update();
}

void PointChart::setLogY(bool on)
{
    m_logY = on;
    update();
}

void PointChart::setCurrent(int point)
{
    if (point == m_current || point >= static_cast<int>(m_points.size())) return;
    m_current = point;
    setAccessibleDescription(point < 0 ? QString() : m_points[static_cast<std::size_t>(point)].text);
    update();
    Q_EMIT currentChanged(point);
}

void PointChart::setWholeX(bool on)
{
    m_wholeX = on;
    update();
}

bool PointChart::isDrawn(const PlotPoint& point) const
{
    return std::isfinite(point.x) && std::isfinite(point.y) && (!m_logY || point.y > 0);
}

bool PointChart::isDrawn(const ChartLevel& level) const
{
    return std::isfinite(level.y) && (!m_logY || level.y > 0);
}

double PointChart::yOf(double value) const
{
    return m_logY ? std::log10(value) : value;
}

std::vector<int> PointChart::drawnFromLeft() const
{
    std::vector<int> order;
    for (std::size_t i = 0; i < m_points.size(); ++i)
        if (isDrawn(m_points[i])) order.push_back(static_cast<int>(i));
    std::ranges::stable_sort(order, {}, [&](int i) { return m_points[static_cast<std::size_t>(i)].x; });
    return order;
}

std::vector<LegendEntry> PointChart::legend(bool dark) const
{
    std::vector<LegendEntry> entries;
    if (m_series.size() < 2) return entries;
    for (qsizetype i = 0; i < m_series.size(); ++i)
        entries.push_back({m_series[i], seriesColor(static_cast<int>(i), dark)});
    return entries;
}

ChartFrame PointChart::frame() const
{
    return ChartFrame::in(rect(), font(), titleWidth(font(), m_title), legendWidth(font(), legend(false)));
}

PointChart::Scales PointChart::scales(const ChartFrame& frame) const
{
    double left = HUGE_VAL, right = -HUGE_VAL, low = HUGE_VAL, high = -HUGE_VAL;
    for (const PlotPoint& point : m_points) {
        if (!isDrawn(point)) continue;
        left = std::min(left, point.x);
        right = std::max(right, point.x);
        low = std::min(low, yOf(point.y));
        high = std::max(high, yOf(point.y));
    }
    for (const ChartLevel& level : m_levels) {
        if (!isDrawn(level)) continue;
        low = std::min(low, yOf(level.y));
        high = std::max(high, yOf(level.y));
    }
    const double leastY = m_logY ? kLeastLog : std::max(1e-9, std::abs(high) * 0.1);
    return {
        spanning(left, right, std::max(1e-9, std::abs(right) * 0.2), frame.plot.left(), frame.plot.right()),
        spanning(low, high, leastY, frame.plot.bottom(), frame.plot.top())};
}

QPointF PointChart::placeIn(const Scales& axes, const PlotPoint& point) const
{
    return {axes.x.toPixel(point.x), axes.y.toPixel(yOf(point.y))};
}

QPointF PointChart::placeOf(int point) const
{
    return placeIn(scales(frame()), m_points[static_cast<std::size_t>(point)]);
}

int PointChart::pointAt(const QPointF& place) const
{
    const Scales axes = scales(frame());
    int nearest = -1;
    double least = kReach;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        if (!isDrawn(m_points[i])) continue;
        const QPointF away = placeIn(axes, m_points[i]) - place;
        if (std::hypot(away.x(), away.y()) >= least) continue;
        least = std::hypot(away.x(), away.y());
        nearest = static_cast<int>(i);
    }
    return nearest;
}

void PointChart::paintAxes(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                           const Scales& axes) const
{
    const int limit = std::max(2, static_cast<int>(frame.plot.height() / 32));
    auto yTicks =
        m_logY ? logTicks(axes.y.low, axes.y.high, limit) : atLeastTwoTicks(axes.y.low, axes.y.high, limit);
    if (m_logY)
        for (ChartTick& tick : yTicks)
            tick.label = powerText(tick);
    paintGrid(painter, frame, colors, yTicks, axes.y);
    paintYLabels(painter, frame, colors, yTicks, axes.y);
    const auto xTicks = m_wholeX ? wholeTicks(axes.x) : atLeastTwoTicks(axes.x.low, axes.x.high, 8);
    paintXLabels(painter, frame, colors, xTicks, axes.x, m_xCaption);
}

/// From the top down; a name that would lie on the one before is left to hovering.
void PointChart::paintLevels(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                             const Scales& axes) const
{
    std::vector<const ChartLevel*> drawn;
    for (const ChartLevel& level : m_levels)
        if (isDrawn(level)) drawn.push_back(&level);
    std::ranges::sort(drawn, std::greater{}, [](const ChartLevel* level) { return level->y; });
    const double line = painter.fontMetrics().height();
    double free = frame.plot.top() - line;
    for (const bool isFaint : {false, true}) // the names of the others come first
        for (const ChartLevel* level : drawn) {
            if (level->isFaint != isFaint) continue;
            const double at = axes.y.toPixel(yOf(level->y));
            const QColor color = isFaint ? colors.faint : colors.text;
            painter.setPen(QPen(color, isFaint ? 1.0 : 1.2, isFaint ? Qt::DotLine : Qt::DashLine));
            painter.drawLine(QPointF(frame.plot.left(), at), QPointF(frame.plot.right(), at));
            const bool isLeft = !isFaint;
            if (isFaint && at < free + line) continue;
            painter.setPen(color);
            const QRectF place(frame.plot.left() + 4, at - 40, frame.plot.width() - 8, 38);
            painter.drawText(place, (isLeft ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignBottom, level->name);
            if (isFaint) free = at;
        }
}

void PointChart::paintFront(QPainter& painter, const ChartColors& colors, const Scales& axes) const
{
    std::vector<int> order;
    for (const int i : m_front)
        if (isDrawn(m_points[static_cast<std::size_t>(i)])) order.push_back(i);
    std::ranges::sort(order, {}, [&](int i) { return m_points[static_cast<std::size_t>(i)].x; });
    QPolygonF line;
    for (const int i : order)
        line << placeIn(axes, m_points[static_cast<std::size_t>(i)]);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colors.faint, 1.4, Qt::DashLine));
    painter.drawPolyline(line);
}

/// Where they would lie on each other the later ones are left to hovering.
void PointChart::paintLabels(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                             const Scales& axes) const
{
    const QFontMetricsF metrics(painter.font());
    std::vector<QRectF> taken;
    painter.setPen(colors.text);
    for (const PlotPoint& point : m_points) {
        if (!isDrawn(point) || point.label.isEmpty()) continue;
        const QPointF at = placeIn(axes, point);
        const QString label = metrics.elidedText(point.label, Qt::ElideMiddle, frame.plot.width() / 3);
        const double width = metrics.horizontalAdvance(label), height = metrics.height();
        const double right = at.x() + 9, left = at.x() - 9 - width;
        const double x = right + width < frame.plot.right() ? right : left;
        for (const double y : {at.y() - height, at.y() + 2}) {
            const QRectF place(x, y, width, height);
            if (std::ranges::any_of(taken, [&](const QRectF& other) { return other.intersects(place); }))
                continue;
            painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, label);
            taken.push_back(place);
            break;
        }
    }
}

QString PointChart::levelTextAt(const QPointF& place) const
{
    const ChartFrame frame = this->frame();
    const Scales axes = scales(frame);
    if (!frame.plot.contains(place)) return {};
    QString text;
    double least = 5; // pixels
    for (const ChartLevel& level : m_levels) {
        const double away = isDrawn(level) ? std::abs(axes.y.toPixel(yOf(level.y)) - place.y()) : least;
        if (away >= least) continue;
        least = away;
        text = level.text;
    }
    return text;
}

void PointChart::paintSeries(QPainter& painter, int series, const QColor& color, const Scales& axes) const
{
    QPolygonF line;
    for (const int i : drawnFromLeft())
        if (m_points[static_cast<std::size_t>(i)].series == series)
            line << placeIn(axes, m_points[static_cast<std::size_t>(i)]);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, 1.6));
    painter.drawPolyline(line);
}

void PointChart::paintMark(QPainter& painter, int point, const ChartColors& colors, const Scales& axes,
                           double edge) const
{
    const PlotPoint& shown = m_points[static_cast<std::size_t>(point)];
    if (!isDrawn(shown)) return;
    painter.setBrush(seriesColor(shown.series, colors.dark));
    if (edge <= 0 && shown.isStrong) edge = 1.6;
    painter.setPen(edge > 0 ? QPen(colors.text, edge) : QPen(colors.base, 1));
    const double radius = kRadius + edge / 2;
    painter.drawEllipse(placeIn(axes, shown), radius, radius);
}

void PointChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ChartColors colors(palette());
    const ChartFrame frame = this->frame();
    painter.fillRect(rect(), colors.base);
    paintTitle(painter, frame, colors, m_title);
    if (std::ranges::none_of(m_points, [this](const PlotPoint& point) { return isDrawn(point); })) {
        paintEmpty(painter, frame, colors, m_emptyText);
        return;
    }
    const Scales axes = scales(frame);
    paintAxes(painter, frame, colors, axes);
    paintLevels(painter, frame, colors, axes);
    paintFront(painter, colors, axes);
    for (qsizetype i = 0; i < m_series.size(); ++i)
        paintSeries(painter, static_cast<int>(i), seriesColor(static_cast<int>(i), colors.dark), axes);
    for (std::size_t i = 0; i < m_points.size(); ++i)
        paintMark(painter, static_cast<int>(i), colors, axes, 0);
    paintLabels(painter, frame, colors, axes);
    if (m_hovered >= 0) paintMark(painter, m_hovered, colors, axes, 1.5);
    if (m_current >= 0) paintMark(painter, m_current, colors, axes, 2.5);
    paintLegend(painter, frame, colors, legend(colors.dark));
    if (!hasFocus()) return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
    painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
}

void PointChart::mouseReleaseEvent(QMouseEvent* event)
{
    const int point = pointAt(event->position());
    if (point < 0 || event->button() != Qt::LeftButton) return;
    setCurrent(point);
    Q_EMIT activated(point);
}

void PointChart::mouseMoveEvent(QMouseEvent* event)
{
    const int point = pointAt(event->position());
    if (point != m_hovered) {
        m_hovered = point;
        setCursor(point < 0 ? Qt::ArrowCursor : Qt::PointingHandCursor);
        update();
    }
    QToolTip::showText(
        event->globalPosition().toPoint(),
        point < 0 ? levelTextAt(event->position()) : m_points[static_cast<std::size_t>(point)].text, this);
}

void PointChart::leaveEvent(QEvent*)
{
    m_hovered = -1;
    update();
}

void PointChart::moveCurrent(int step)
{
    const std::vector<int> order = drawnFromLeft();
    if (order.empty()) return;
    const auto found = std::ranges::find(order, m_current);
    const auto last = static_cast<std::ptrdiff_t>(order.size()) - 1;
    const std::ptrdiff_t at = found == order.end()
                                  ? (step > 0 ? 0 : last)
                                  : std::clamp<std::ptrdiff_t>(found - order.begin() + step, 0, last);
    setCurrent(order[static_cast<std::size_t>(at)]);
}

void PointChart::keyPressEvent(QKeyEvent* event)
{
    const int step = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (step != 0)
        moveCurrent(step);
    else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && m_current >= 0)
        Q_EMIT activated(m_current);
    else
        QWidget::keyPressEvent(event);
}

void PointChart::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void PointChart::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace boolab::ui
