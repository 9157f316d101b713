// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/line_chart.h"

#include "widgets/charts/chart_cursor.h"

#include <algorithm>
#include <cmath>

#include <QChart>
#include <QEvent>
#include <QLineSeries>
#include <QValueAxis>

namespace boolab::ui
{
namespace
{

constexpr int kRefreshMs = 40;
constexpr int kRawBucket = 2,
              kSmoothBucket = 3; // pixels, with two samples each: Qt strokes every piece of a line by itself

QLineSeries* makeLine(QChart* chart, QValueAxis* x, QValueAxis* y)
{
    auto* line = new QLineSeries;
    chart->addSeries(line);
    line->attachAxis(x);
    line->attachAxis(y);
    return line;
}

} // namespace

LineChart::LineChart(const QString& title, QWidget* parent)
    : QChartView(parent), m_title(title), m_xCaption(tr("step")), m_xAxis(new QValueAxis),
      m_yAxis(new QValueAxis), m_cursor(new ChartCursor(viewport()))
{
    chart()->setBackgroundVisible(false);
    chart()->legend()->hide();
    chart()->addAxis(m_xAxis, Qt::AlignBottom);
    chart()->addAxis(m_yAxis, Qt::AlignLeft);
    for (QValueAxis* axis : {m_xAxis, m_yAxis}) {
        axis->setVisible(false);
        axis->setRange(0, 1);
    }
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setViewportUpdateMode(QGraphicsView::FullViewportUpdate);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    setMinimumSize(160, 110);
    setAccessibleName(title);
    setToolTip(QString());
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshMs);
    connect(&m_refresh, &QTimer::timeout, this, [this] {
        if (isVisible()) refresh(); // else when it is shown
    });
    applyColors();
}

LineChart::~LineChart() = default;

void LineChart::setTitle(const QString& title)
{
    if (title == m_title) return;
    m_title = title;
    setAccessibleName(title);
    schedule();
}

void LineChart::setXCaption(const QString& caption)
{
    if (caption == m_xCaption) return;
    m_xCaption = caption;
    schedule();
}

void LineChart::setEmptyText(const QString& text)
{
    if (text == m_emptyText) return;
    m_emptyText = text;
    schedule();
}

int LineChart::addCurve(const QString& name, int color)
{
    Curve curve{.name = name, .color = color, .shown = true, .data = {}};
    curve.raw = makeLine(chart(), m_xAxis, m_yAxis);
    curve.smooth = makeLine(chart(), m_xAxis, m_yAxis);
    curve.data.setSmoothing(m_smoothing);
    m_curves.push_back(std::move(curve));
    applyColors();
    return static_cast<int>(std::ssize(m_curves)) - 1;
}

void LineChart::append(int curve, std::span<const Sample> samples)
{
    m_curves[static_cast<std::size_t>(curve)].data.append(samples);
    schedule();
}

void LineChart::clearSamples()
{
    for (Curve& curve : m_curves)
        curve.data.clear();
    schedule();
}

void LineChart::removeCurves()
{
    m_curves.clear();
    chart()->removeAllSeries();
    m_cursor->hideReading();
    schedule();
}

void LineChart::setSmoothing(double weight)
{
    weight = std::clamp(weight, 0.0, 0.999);
    if (weight == m_smoothing) return;
    m_smoothing = weight;
    for (Curve& curve : m_curves)
        curve.data.setSmoothing(m_smoothing);
    applyColors();
}

void LineChart::setLogY(bool on)
{
    m_logY = on;
    schedule();
}

void LineChart::setLogX(bool on)
{
    m_logX = on;
    m_cursor->hideReading();
    schedule();
}

void LineChart::setMarks(std::vector<ChartMark> marks)
{
    m_marks = std::move(marks);
    schedule();
}

void LineChart::setSpan(std::optional<View> span)
{
    if (span == m_span) return;
    m_span = span;
    schedule();
}

void LineChart::setCurveShown(int curve, bool shown)
{
    m_curves[static_cast<std::size_t>(curve)].shown = shown;
    schedule();
}

void LineChart::setLegendShown(bool shown)
{
    if (shown == m_legendShown) return;
    m_legendShown = shown;
    schedule();
}

void LineChart::schedule()
{
    if (!m_refresh.isActive()) m_refresh.start();
}

void LineChart::applyColors()
{
    const ChartColors colors(palette());
    setBackgroundBrush(colors.base);
    for (Curve& curve : m_curves) {
        QColor color = seriesColor(curve.color, colors.dark);
        curve.smooth->setPen(QPen(color, 2));
        if (m_smoothing > 0) color.setAlphaF(0.38F);
        curve.raw->setPen(QPen(color, m_smoothing > 0 ? 1.0 : 1.6));
    }
    schedule();
}

void LineChart::placePlot()
{
    m_frame = ChartFrame::in(viewport()->rect(), font(), titleWidth(font(), m_title),
                             legendWidth(font(), legend()));
    chart()->setPlotArea(m_frame.plot);
    m_cursor->setGeometry(viewport()->rect());
    m_cursor->setPlot(m_frame.plot);
}

bool LineChart::hasSamples() const
{
    return std::ranges::any_of(m_curves, [](const Curve& curve) { return !curve.data.raw().empty(); });
}

LineChart::View LineChart::fullView() const
{
    View full = m_span.value_or(View{INFINITY, -INFINITY});
    for (const Curve& curve : m_curves) {
        const auto& samples = curve.data.raw();
        const auto first = m_logX ? std::ranges::upper_bound(samples, 0.0, {}, &Sample::x) : samples.begin();
        if (first == samples.end()) continue;
        full.low = std::min(full.low, first->x);
        full.high = std::max(full.high, samples.back().x);
    }
    if (m_logX) full.low = std::max(full.low, 1.0); // steps: nothing lies between 0 and 1
    if (full.low > full.high) return m_logX ? View{1, 10} : View{0, 1};
    if (full.low == full.high) return {full.low - 0.5, full.high + 0.5};
    return full;
}

AxisWindow LineChart::window() const
{
    const View view = shownView();
    return {view.low, view.high, m_logX};
}

double LineChart::onAxis(double x) const
{
    return m_logX ? std::log10(std::max(x, 1e-3)) : x;
}

double LineChart::fromAxis(double place) const
{
    return m_logX ? std::pow(10, place) : place;
}

LineChart::View LineChart::between(double lowPlace, double highPlace) const
{
    return {fromAxis(lowPlace), fromAxis(highPlace)};
}

/// Heights on the axis.
std::vector<Sample> LineChart::withoutUnseen(std::vector<Sample> samples) const
{
    if (!m_logY) return samples;
    std::erase_if(samples, [](const Sample& sample) { return sample.y <= 0; });
    for (Sample& sample : samples)
        sample.y = std::log10(sample.y);
    return samples;
}

/// Two of each curve: raw, smoothed.
std::vector<std::vector<Sample>> LineChart::lines()
{
    const int pixels = static_cast<int>(m_frame.plot.width());
    std::vector<std::vector<Sample>> lines;
    for (Curve& curve : m_curves) {
        lines.push_back(withoutUnseen(curve.data.shownRaw(window(), pixels / kRawBucket)));
        lines.push_back(withoutUnseen(curve.data.shownSmooth(window(), pixels / kSmoothBucket)));
    }
    return lines;
}

void LineChart::setLine(QLineSeries* line, bool shown, const std::vector<Sample>& samples) const
{
    QList<QPointF> points;
    points.reserve(std::ssize(samples));
    for (const Sample& sample : samples)
        points.append({(onAxis(sample.x) - m_x.low) / (m_x.high - m_x.low),
                       (sample.y - m_y.low) / (m_y.high - m_y.low)});
    if (line->isVisible() != shown) line->setVisible(shown);
    line->setPointsVisible(points.size() == 1); // a line of one point cannot be seen
    line->replace(points);
}

std::vector<LegendEntry> LineChart::legend() const
{
    std::vector<LegendEntry> entries;
    if (m_curves.size() < 2 || !m_legendShown) return entries;
    const bool dark = ChartColors(palette()).dark;
    for (const Curve& curve : m_curves)
        entries.push_back({curve.name, seriesColor(curve.color, dark), curve.shown});
    return entries;
}

/// Of the curves that are shown; each has two lines.
std::optional<LineChart::View> LineChart::rangeOf(const std::vector<std::vector<Sample>>& lines) const
{
    std::optional<View> range;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!m_curves[i / 2].shown) continue;
        for (const Sample& sample : lines[i]) {
            if (!range) range = View{sample.y, sample.y};
            range = View{std::min(range->low, sample.y), std::max(range->high, sample.y)};
        }
    }
    return range;
}

void LineChart::setYRange(const std::optional<View>& range)
{
    View y = range.value_or(View{0, 1});
    const double span = y.high - y.low;
    const double room = span > 0 ? 0.06 * span : y.high != 0 ? 0.1 * std::abs(y.high) : 1;
    const bool fromZero =
        !m_logY && y.low >= 0 && y.low <= 0.3 * y.high; // rates and counts stand on the axis
    y = {fromZero ? 0 : y.low - room, y.high + room};
    if (!(y.high > y.low)) y.high = y.low + 1;
    m_y = {y.low, y.high, m_frame.plot.bottom(), m_frame.plot.top()};
    const int limit = std::max(3, static_cast<int>(m_frame.plot.height() / 38));
    m_yTicks = m_logY ? logTicks(y.low, y.high, limit) : atLeastTwoTicks(y.low, y.high, limit);
}

void LineChart::setXTicks()
{
    const View view = shownView();
    m_x = {onAxis(view.low), onAxis(view.high), m_frame.plot.left(), m_frame.plot.right()};
    const double roomFor = std::max(2.0, m_frame.plot.width() / 80);
    const double wholeSteps = std::max(1.0, std::floor(view.high - view.low));
    const int limit = static_cast<int>(std::min(roomFor, wholeSteps));
    m_xTicks = m_logX ? logTicks(m_x.low, m_x.high, limit) : linearTicks(m_x.low, m_x.high, limit);
}

void LineChart::refresh()
{
    m_refresh.stop();
    placePlot();
    setXTicks();
    const auto lines = this->lines();
    setYRange(rangeOf(lines));
    for (std::size_t c = 0; c < m_curves.size(); ++c) {
        setLine(m_curves[c].raw, m_curves[c].shown, lines[2 * c]);
        setLine(m_curves[c].smooth, m_curves[c].shown, lines[2 * c + 1]);
    }
    paintAgain();
}

void LineChart::paintAgain()
{
    m_painted = {};
    viewport()->update();
}

std::size_t LineChart::drawnSamples() const
{
    std::size_t count = 0;
    for (const Curve& curve : m_curves)
        count += static_cast<std::size_t>(curve.raw->count() + curve.smooth->count());
    return count;
}

void LineChart::changeEvent(QEvent* event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) applyColors();
}

void LineChart::resizeEvent(QResizeEvent* event)
{
    QChartView::resizeEvent(event);
    placePlot();
    paintAgain();
    schedule();
}

void LineChart::focusInEvent(QFocusEvent* event)
{
    QChartView::focusInEvent(event);
    paintAgain();
}

void LineChart::focusOutEvent(QFocusEvent* event)
{
    QChartView::focusOutEvent(event);
    paintAgain();
}

void LineChart::paintEvent(QPaintEvent*)
{
    if (m_painted.isNull()) {
        m_painted = QPixmap(viewport()->size() * devicePixelRatioF());
        m_painted.setDevicePixelRatio(devicePixelRatioF());
        QPainter painter(&m_painted);
        painter.setRenderHints(renderHints());
        render(&painter, viewport()->rect(), viewport()->rect());
    }
    QPainter(viewport()).drawPixmap(0, 0, m_painted);
}

void LineChart::showEvent(QShowEvent* event)
{
    QChartView::showEvent(event);
    schedule();
}

void LineChart::drawBackground(QPainter* painter, const QRectF& rect)
{
    QChartView::drawBackground(painter, rect);
    painter->setFont(font());
    if (hasSamples()) paintGrid(*painter, m_frame, ChartColors(palette()), m_yTicks, m_y);
}

void LineChart::drawForeground(QPainter* painter, const QRectF&)
{
    const ChartColors colors(palette());
    painter->setFont(font());
    paintTitle(*painter, m_frame, colors, m_title);
    m_legend.clear();
    if (!hasSamples()) {
        paintEmpty(*painter, m_frame, colors, m_emptyText);
        return;
    }
    paintYLabels(*painter, m_frame, colors, m_yTicks, m_y);
    paintXLabels(*painter, m_frame, colors, m_xTicks, m_x, m_xCaption);
    paintMarks(*painter, m_frame, colors, m_marks, [this](double x) { return pixelOf(x); });
    m_legend = paintLegend(*painter, m_frame, colors, legend());
    if (hasFocus()) {
        painter->setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(QRectF(viewport()->rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

} // namespace boolab::ui
