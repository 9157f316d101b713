// SPDX-License-Identifier: Apache-2.0
// Mouse and keys of LineChart.

#include "widgets/charts/line_chart.h"

#include "widgets/charts/chart_cursor.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

namespace boolab::ui
{
namespace
{

constexpr double kZoomStep = 1.25;
constexpr double kPanStep = 0.15;
constexpr double kDragStart = 4; // pixels: less is a click

} // namespace

void LineChart::setView(std::optional<View> view)
{
    const View full = fullView();
    if (view && view->high - view->low >= full.high - full.low) view.reset();
    if (view == m_view) return;
    if (view) { // never past the data
        const double back = std::max(0.0, onAxis(view->high) - onAxis(full.high)) -
                            std::max(0.0, onAxis(full.low) - onAxis(view->low));
        if (back != 0) view = between(onAxis(view->low) - back, onAxis(view->high) - back);
    }
    m_view = view;
    m_cursor->hideReading();
    schedule();
    Q_EMIT viewChanged();
}

void LineChart::zoom(double factor, double aroundX)
{
    const View now = shownView();
    const double low = onAxis(now.low), high = onAxis(now.high), around = onAxis(aroundX);
    const double share = (around - low) / (high - low);
    const auto zoomed = [&](double by) {
        return between(around - (around - low) / by, around + (high - around) / by);
    };
    const View wanted = zoomed(factor);
    if (wanted.high - wanted.low >= 1) return setView(wanted);
    if (!m_logX) setView(View{aroundX - share, aroundX + 1 - share}); // a step is the least to look at
}

void LineChart::pan(double share)
{
    if (!m_view) return;
    const double low = onAxis(m_view->low), high = onAxis(m_view->high);
    const double by = share * (high - low);
    setView(between(low + by, high + by));
}

void LineChart::showCursorAt(double x)
{
    ChartCursor::Reading reading;
    std::optional<double> at;
    for (const Curve& curve : m_curves) {
        const auto nearest = curve.data.nearest(x);
        if (nearest < 0 || !curve.shown) continue;
        const double found = curve.data.raw()[static_cast<std::size_t>(nearest)].x;
        if (!at || std::abs(found - x) < std::abs(*at - x)) at = found;
    }
    if (!at || *at < shownView().low || *at > shownView().high) {
        m_cursor->hideReading();
        return;
    }
    reading.x = pixelOf(*at);
    reading.title = QStringLiteral("%1 %2").arg(m_xCaption, valueText(*at));
    const bool dark = ChartColors(palette()).dark;
    for (Curve& curve : m_curves) {
        const auto index = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, curve.data.nearest(*at)));
        if (!curve.shown || curve.data.raw().empty() || curve.data.raw()[index].x != *at) continue;
        const double raw = curve.data.raw()[index].y;
        QString text = QStringLiteral("%1  %2").arg(curve.name, valueText(raw));
        if (!curve.data.smooth().empty())
            text += tr("  (smoothed %1)").arg(valueText(curve.data.smooth()[index].y));
        const double height = m_logY ? std::log10(raw) : raw;
        reading.marks.push_back({seriesColor(curve.color, dark), {reading.x, m_y.toPixel(height)}, text});
    }
    const double mouse = pixelOf(x);
    for (const ChartMark* mark : marksNear(m_marks, mouse, [this](double place) { return pixelOf(place); }))
        reading.marks.push_back(
            {seriesColor(mark->color, dark), {-1, -1}, tr("step %1: %2").arg(mark->x).arg(mark->text)});
    m_cursor->showReading(std::move(reading));
}

void LineChart::wheelEvent(QWheelEvent* event)
{
    const QPoint delta = event->angleDelta();
    if (std::abs(delta.x()) > std::abs(delta.y()))
        pan(-delta.x() / 120.0 * kPanStep);
    else if (hasSamples())
        zoom(std::pow(kZoomStep, delta.y() / 120.0), fromAxis(m_x.toValue(event->position().x())));
    event->accept();
}

int LineChart::legendEntryAt(const QPointF& place) const
{
    const auto found =
        std::ranges::find_if(m_legend, [&](const QRectF& entry) { return entry.contains(place); });
    return found == m_legend.end() ? -1 : static_cast<int>(found - m_legend.begin());
}

void LineChart::mousePressEvent(QMouseEvent* event)
{
    if (const int entry = legendEntryAt(event->position()); entry >= 0 && event->button() == Qt::LeftButton) {
        setCurveShown(entry, !m_curves[static_cast<std::size_t>(entry)].shown);
        return;
    }
    if (!hasSamples()) return;
    const bool pans = event->button() == Qt::MiddleButton || event->modifiers().testFlag(Qt::ShiftModifier);
    m_drag = pans ? Drag::Pan : event->button() == Qt::LeftButton ? Drag::Band : Drag::None;
    m_dragFrom = event->position();
    m_dragView = shownView();
}

void LineChart::mouseMoveEvent(QMouseEvent* event)
{
    const double x = std::clamp(event->position().x(), m_frame.plot.left(), m_frame.plot.right());
    if (m_drag == Drag::Pan && m_view) {
        const double by = m_x.toValue(m_dragFrom.x()) - m_x.toValue(event->position().x());
        setView(between(onAxis(m_dragView.low) + by, onAxis(m_dragView.high) + by));
        return;
    }
    if (m_drag == Drag::Band && std::abs(x - m_dragFrom.x()) > kDragStart)
        m_cursor->setBand(m_dragFrom.x(), x);
    if (m_frame.plot.contains(event->position()))
        showCursorAt(fromAxis(m_x.toValue(x)));
    else
        m_cursor->hideReading();
}

void LineChart::mouseReleaseEvent(QMouseEvent* event)
{
    const Drag drag = std::exchange(m_drag, Drag::None);
    if (drag != Drag::Band) return;
    const double x = std::clamp(event->position().x(), m_frame.plot.left(), m_frame.plot.right());
    m_cursor->setBand(0, 0);
    if (std::abs(x - m_dragFrom.x()) <= kDragStart) return;
    const auto [low, high] = std::minmax({m_x.toValue(m_dragFrom.x()), m_x.toValue(x)});
    setView(View{std::max(fromAxis(low), fullView().low), std::min(fromAxis(high), fullView().high)});
}

void LineChart::mouseDoubleClickEvent(QMouseEvent*)
{
    setView(std::nullopt);
}

void LineChart::leaveEvent(QEvent*)
{
    m_cursor->hideReading();
}

void LineChart::keyPressEvent(QKeyEvent* event)
{
    const View now = shownView();
    const double centre = fromAxis((onAxis(now.low) + onAxis(now.high)) / 2);
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(kZoomStep, centre);
    case Qt::Key_Minus:
        return zoom(1 / kZoomStep, centre);
    case Qt::Key_Left:
        return pan(-kPanStep);
    case Qt::Key_Right:
        return pan(kPanStep);
    case Qt::Key_Home:
        return setView(std::nullopt);
    default:
        QChartView::keyPressEvent(event);
    }
}

} // namespace boolab::ui
