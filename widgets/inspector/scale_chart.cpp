// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector/scale_chart.h"

#include <algorithm>
#include <cmath>

#include <QStringList>

namespace boolab::ui
{

void ScaleChart::setScales(std::vector<std::vector<float>> scales)
{
    m_scales = std::move(scales);
    m_histograms.clear();
    m_low = HUGE_VAL;
    m_high = -HUGE_VAL;
    for (const auto& values : m_scales) {
        const ValueSpread spread = spreadOf(values);
        m_low = std::min(m_low, spread.minimum);
        m_high = std::max(m_high, spread.maximum);
    }
    if (!(m_high > m_low)) { // all alike: a bin's width around them
        const double half = std::max(std::abs(m_low) * 0.05, 1e-6);
        m_low -= half;
        m_high += half;
    }
    m_most = 1;
    for (const auto& values : m_scales) {
        m_histograms.push_back(histogramOf(values, m_low, m_high));
        m_most = std::max(m_most, *std::ranges::max_element(m_histograms.back().counts));
    }
    update();
}

void ScaleChart::setLook(Look look)
{
    m_look = look;
    update();
}

ScaleChart::Scales ScaleChart::scales(const ChartFrame& frame) const
{
    const auto across = [&](double low, double high) {
        return AxisScale{low, high, frame.plot.left(), frame.plot.right()};
    };
    const auto up = [&](double low, double high) {
        return AxisScale{low, high, frame.plot.bottom(), frame.plot.top()};
    };
    if (m_look == Look::Distribution)
        return {across(m_low, m_high), up(0, static_cast<double>(m_most) * 1.05)};
    const double air = (m_high - m_low) * 0.05;
    const auto length = static_cast<double>(m_scales.front().size());
    return {across(0, std::max(1.0, length)), up(m_low - air, m_high + air)};
}

QString ScaleChart::textAt(const QPointF& place) const
{
    const ChartFrame frame = this->frame();
    if (!frame.plot.contains(place)) return {};
    const double value = scales(frame).x.toValue(place.x());
    QStringList lines;
    if (m_look == Look::Distribution) {
        const Histogram& first = m_histograms.front();
        const auto bin =
            std::min(static_cast<std::size_t>((value - m_low) / first.binWidth()), first.counts.size() - 1);
        const double low = m_low + static_cast<double>(bin) * first.binWidth();
        lines << tr("%1 to %2").arg(valueText(low), valueText(low + first.binWidth()));
        for (std::size_t k = 0; k < m_histograms.size(); ++k)
            lines << tr("kernel %1: %2 scales").arg(k + 1).arg(m_histograms[k].counts[bin]);
        return lines.join(QLatin1Char('\n'));
    }
    const auto index = std::min(static_cast<std::size_t>(std::max(0.0, value)), m_scales.front().size() - 1);
    lines << tr("scale %1").arg(static_cast<qulonglong>(index));
    for (std::size_t k = 0; k < m_scales.size(); ++k)
        lines << tr("kernel %1: %2").arg(k + 1).arg(valueText(m_scales[k][index]));
    return lines.join(QLatin1Char('\n'));
}

std::vector<LegendEntry> ScaleChart::legend() const
{
    std::vector<LegendEntry> entries;
    for (std::size_t k = 0; k < m_scales.size(); ++k)
        entries.push_back({QString::number(k + 1), seriesColor(static_cast<int>(k), isDark())});
    return entries;
}

QPolygonF ScaleChart::outlineOf(const Histogram& histogram, const Scales& axes) const
{
    QPolygonF outline;
    outline << QPointF(axes.x.toPixel(m_low), axes.y.toPixel(0));
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
        const double left = m_low + static_cast<double>(bin) * histogram.binWidth();
        const double top = axes.y.toPixel(static_cast<double>(histogram.counts[bin]));
        outline << QPointF(axes.x.toPixel(left), top)
                << QPointF(axes.x.toPixel(left + histogram.binWidth()), top);
    }
    outline << QPointF(axes.x.toPixel(m_high), axes.y.toPixel(0));
    return outline;
}

/// At every pixel down to the least and up to the greatest of the values that fall on it.
QPolygonF ScaleChart::lineOf(const std::vector<float>& values, const Scales& axes) const
{
    QPolygonF line;
    const int width = std::max(1, static_cast<int>(axes.x.pixelHigh - axes.x.pixelLow));
    const auto stride = std::max<std::size_t>(1, values.size() / static_cast<std::size_t>(width));
    for (std::size_t first = 0; first < values.size(); first += stride) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(first);
        const auto end = begin + static_cast<std::ptrdiff_t>(std::min(stride, values.size() - first));
        const auto [least, most] = std::minmax_element(begin, end);
        const double x = axes.x.toPixel(static_cast<double>(first) + 0.5);
        line << QPointF(x, axes.y.toPixel(*least));
        if (most != least) line << QPointF(x, axes.y.toPixel(*most));
    }
    return line;
}

void ScaleChart::paintMarks(QPainter& painter, const ChartFrame& frame, const ChartColors& colors)
{
    const Scales axes = scales(frame);
    const auto yTicks =
        linearTicks(axes.y.low, axes.y.high, std::max(2, static_cast<int>(frame.plot.height() / 28)));
    const auto xTicks =
        linearTicks(axes.x.low, axes.x.high, std::max(2, static_cast<int>(frame.plot.width() / 70)));
    paintGrid(painter, frame, colors, yTicks, axes.y);
    paintYLabels(painter, frame, colors, yTicks, axes.y);
    paintXLabels(painter, frame, colors, xTicks, axes.x,
                 m_look == Look::Distribution ? tr("value") : tr("index"));
    painter.save();
    painter.setClipRect(frame.plot.adjusted(-1, -1, 1, 1));
    const auto paint = [&](std::size_t k) {
        const bool isChosen = static_cast<int>(k) == kernel();
        QColor color = seriesColor(static_cast<int>(k), colors.dark);
        painter.setPen(QPen(color, isChosen ? 2 : 1.2));
        if (m_look == Look::Vectors) return painter.drawPolyline(lineOf(m_scales[k], axes));
        color.setAlphaF(isChosen ? 0.35F : 0.08F);
        painter.setBrush(color);
        painter.drawPolygon(outlineOf(m_histograms[k], axes));
    };
    for (std::size_t k = 0; k < m_scales.size(); ++k)
        if (static_cast<int>(k) != kernel()) paint(k);
    if (kernel() < static_cast<int>(m_scales.size())) paint(static_cast<std::size_t>(kernel()));
    painter.restore();
}

} // namespace boolab::ui
