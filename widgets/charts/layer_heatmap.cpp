// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/layer_heatmap.h"

#include "widgets/charts/layer_bars.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QFontMetricsF>
#include <QMouseEvent>
#include <QToolTip>

namespace boolab::ui
{
namespace
{

constexpr double kScaleWidth = 90;

std::array<QRgb, 256> heatTable()
{
    std::array<QRgb, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = heatColor(static_cast<double>(i) / 255).rgb();
    return table;
}

} // namespace

LayerHeatmap::LayerHeatmap(const QString& title, const QString& unit, QWidget* parent)
    : QWidget(parent), m_title(title), m_unit(unit)
{
    setMouseTracking(true);
    setAccessibleName(title);
}

void LayerHeatmap::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void LayerHeatmap::setLayers(std::vector<LayerName> layers)
{
    m_layers = std::move(layers);
    update();
}

void LayerHeatmap::add(std::int64_t step, std::span<const float> values)
{
    m_grid.add(step, values);
    m_stale = true;
    update();
}

void LayerHeatmap::clear()
{
    m_grid.clear();
    m_stale = true;
    update();
}

void LayerHeatmap::setWindow(std::optional<AxisWindow> window)
{
    if (window == m_window) return;
    m_window = window;
    m_stale = true;
    update();
}

AxisWindow LayerHeatmap::shownWindow() const
{
    const auto& columns = m_grid.columns();
    if (m_window && m_window->high > m_window->low) return *m_window;
    if (columns.empty()) return {};
    const auto first = static_cast<double>(columns.front().firstStep);
    return {first, first + (m_grid.endOf(columns.size() - 1) - first), false};
}

AxisScale LayerHeatmap::stepScale(const QRectF& plot) const
{
    const AxisWindow window = shownWindow();
    const auto place = [&](double step) { return window.isLog ? std::log10(std::max(step, 1e-3)) : step; };
    return {place(window.low), place(window.high), plot.left(), plot.right()};
}

LayerHeatmap::Columns LayerHeatmap::columnsAt(double pixel, const QRectF& plot) const
{
    const AxisScale x = stepScale(plot);
    const auto stepAt = [&](double at) {
        return shownWindow().isLog ? std::pow(10, x.toValue(at)) : x.toValue(at);
    };
    const auto& columns = m_grid.columns();
    const auto startsAfter = [&](double step) {
        const auto starts = [](const LayerGrid::Column& c) { return static_cast<double>(c.firstStep); };
        return static_cast<std::size_t>(std::ranges::upper_bound(columns, step, {}, starts) -
                                        columns.begin());
    };
    const double from = stepAt(pixel), to = stepAt(pixel + 1);
    const std::size_t last = startsAfter(to);
    std::size_t first = startsAfter(from);
    if (first > 0 && from < m_grid.endOf(first - 1)) --first;
    return {first, std::max(first, last)};
}

void LayerHeatmap::drawImage(const QRectF& plot)
{
    static const std::array<QRgb, 256> kTable = heatTable();
    const auto& columns = m_grid.columns();
    m_highest = m_grid.highest();
    const int width = std::max(1, static_cast<int>(plot.width()));
    m_image = QImage(width, static_cast<int>(m_grid.layerCount()), QImage::Format_RGB32);
    m_image.fill(ChartColors(palette()).base);
    const float full = std::log1p(m_highest);
    for (int x = 0; x < width; ++x) {
        const Columns shown = columnsAt(plot.left() + x, plot);
        if (shown.first >= shown.last) continue;
        for (std::size_t y = 0; y < m_grid.layerCount(); ++y) {
            float value = 0;
            for (std::size_t i = shown.first; i < shown.last; ++i)
                if (y < columns[i].values.size()) value = std::max(value, columns[i].values[y]);
            const float share = value > 0 && full > 0 ? std::min(1.0F, std::log1p(value) / full) : 0;
            m_image.setPixel(x, static_cast<int>(y), kTable[static_cast<std::size_t>(255 * share)]);
        }
    }
    m_stale = false;
}

QString LayerHeatmap::csv() const
{
    QString csv = QStringLiteral("first_step,last_step");
    for (const LayerName& layer : m_layers)
        csv += QStringLiteral(",\"%1\"").arg(layer.spoken());
    csv += QLatin1Char('\n');
    for (const LayerGrid::Column& column : m_grid.columns()) {
        csv += QStringLiteral("%1,%2").arg(column.firstStep).arg(column.lastStep);
        for (const float value : column.values)
            csv += QLatin1Char(',') + QString::number(static_cast<double>(value), 'g', 7);
        csv += QLatin1Char('\n');
    }
    return csv;
}

QString LayerHeatmap::textAt(const QPointF& place) const
{
    const QRectF plot = ChartFrame::in(rect(), font()).plot;
    const auto& columns = m_grid.columns();
    if (!plot.contains(place) || columns.empty() || m_grid.layerCount() == 0) return {};
    const auto pick = [](double share, std::size_t count) {
        return std::min(static_cast<std::size_t>(share * static_cast<double>(count)), count - 1);
    };
    const Columns under = columnsAt(std::floor(place.x()), plot);
    if (under.first >= under.last) return {};
    const auto& column = columns[under.first];
    const std::size_t layer = pick((place.y() - plot.top()) / plot.height(), m_grid.layerCount());
    const QString name = layer < m_layers.size() ? m_layers[layer].spoken()
                                                 : tr("layer %1").arg(static_cast<qulonglong>(layer));
    const QString steps = column.steps == 1
                              ? tr("step %1").arg(column.firstStep)
                              : tr("mean of steps %1 to %2").arg(column.firstStep).arg(column.lastStep);
    const float value = layer < column.values.size() ? column.values[layer] : NAN;
    return QStringLiteral("%1 · %2: %3 %4").arg(name, steps, valueText(value), m_unit);
}

std::vector<ChartTick> LayerHeatmap::stepTicks(const AxisScale& x) const
{
    const int limit = std::max(2, static_cast<int>((x.pixelHigh - x.pixelLow) / 80));
    return shownWindow().isLog ? logTicks(x.low, x.high, limit) : linearTicks(x.low, x.high, limit);
}

void LayerHeatmap::paintScale(QPainter& painter, const ChartFrame& frame, const ChartColors& colors) const
{
    const QFontMetricsF metrics(painter.font());
    if (!(m_highest > 0)) {
        painter.setPen(colors.faint);
        painter.drawText(frame.titleLine, Qt::AlignRight | Qt::AlignVCenter, tr("no %1 so far").arg(m_unit));
        return;
    }
    const QString most = QStringLiteral("%1 %2").arg(valueText(m_highest), m_unit);
    QRectF bar(0, frame.whole.top() + 6, kScaleWidth, metrics.height() - 2);
    bar.moveRight(frame.plot.right() - metrics.horizontalAdvance(most) - 6);
    QLinearGradient gradient(bar.topLeft(), bar.topRight());
    for (int i = 0; i <= 8; ++i)
        gradient.setColorAt(i / 8.0, heatColor(i / 8.0));
    painter.fillRect(bar, gradient);
    painter.setPen(colors.faint);
    painter.drawText(QPointF(bar.right() + 6, bar.top() + metrics.ascent()), most);
    painter.drawText(
        QPointF(bar.left() - metrics.horizontalAdvance(QLatin1Char('0')) - 6, bar.top() + metrics.ascent()),
        QStringLiteral("0"));
}

void LayerHeatmap::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const ChartColors colors(palette());
    const ChartFrame frame = ChartFrame::in(rect(), font());
    painter.fillRect(rect(), colors.base);
    paintTitle(painter, frame, colors, m_title);
    if (m_grid.columns().empty()) {
        paintEmpty(painter, frame, colors, m_emptyText);
        return;
    }
    if (m_stale || m_image.width() != static_cast<int>(frame.plot.width())) drawImage(frame.plot);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, m_image.height() > frame.plot.height());
    painter.drawImage(frame.plot, m_image);
    const AxisScale x = stepScale(frame.plot);
    paintXLabels(painter, frame, colors, stepTicks(x), x, tr("step"));
    const AxisScale y{0, static_cast<double>(m_image.height()), frame.plot.top(), frame.plot.bottom()};
    std::vector<ChartTick> blocks = blockTicks(m_layers);
    const auto stride =
        static_cast<std::size_t>(std::ceil(static_cast<double>(blocks.size()) * 24 / frame.plot.height()));
    std::vector<ChartTick> shown;
    for (std::size_t i = 0; i < blocks.size(); i += std::max<std::size_t>(1, stride))
        shown.push_back({blocks[i].at, i == 0 ? tr("block %1").arg(blocks[i].label) : blocks[i].label});
    paintYLabels(painter, frame, colors, shown, y);
    paintScale(painter, frame, colors);
}

void LayerHeatmap::mousePressEvent(QMouseEvent* event)
{
    const QRectF plot = ChartFrame::in(rect(), font()).plot;
    const auto count = static_cast<int>(m_grid.layerCount());
    if (!plot.contains(event->position()) || count == 0 || event->button() != Qt::LeftButton) return;
    const double share = (event->position().y() - plot.top()) / plot.height();
    Q_EMIT activated(std::min(static_cast<int>(share * count), count - 1));
}

void LayerHeatmap::mouseMoveEvent(QMouseEvent* event)
{
    QToolTip::showText(event->globalPosition().toPoint(), textAt(event->position()), this);
}

} // namespace boolab::ui
