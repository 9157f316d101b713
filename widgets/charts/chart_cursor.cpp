// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/chart_cursor.h"

#include <algorithm>

#include <QFontMetricsF>
#include <QPainter>

namespace boolab::ui
{

ChartCursor::ChartCursor(QWidget* parent) : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
}

void ChartCursor::showReading(Reading reading)
{
    m_reading = std::move(reading);
    m_reads = true;
    update();
}

void ChartCursor::hideReading()
{
    if (!m_reads) return;
    m_reads = false;
    update();
}

void ChartCursor::setBand(double from, double to)
{
    m_bandFrom = std::min(from, to);
    m_bandTo = std::max(from, to);
    update();
}

void ChartCursor::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ChartColors colors(palette());
    if (m_bandTo > m_bandFrom) {
        QColor band = palette().color(QPalette::Highlight);
        band.setAlpha(60);
        painter.fillRect(QRectF(m_bandFrom, m_plot.top(), m_bandTo - m_bandFrom, m_plot.height()), band);
    }
    if (!m_reads) return;
    painter.setPen(QPen(colors.faint, 1, Qt::DashLine));
    painter.drawLine(QPointF(m_reading.x, m_plot.top()), QPointF(m_reading.x, m_plot.bottom()));
    for (const Mark& mark : m_reading.marks) {
        if (!m_plot.contains(mark.at)) continue;
        painter.setPen(QPen(colors.base, 1));
        painter.setBrush(mark.color);
        painter.drawEllipse(mark.at, 4, 4);
    }
    paintBox(painter, colors);
}

void ChartCursor::paintBox(QPainter& painter, const ChartColors& colors)
{
    constexpr double kPad = 6, kDot = 14;
    const QFontMetricsF metrics(painter.font());
    double width = metrics.horizontalAdvance(m_reading.title);
    for (const Mark& mark : m_reading.marks)
        width = std::max(width, kDot + metrics.horizontalAdvance(mark.text));
    const double line = metrics.height();
    QRectF box(0, m_plot.top() + kPad, width + 2 * kPad, line * (1 + std::ssize(m_reading.marks)) + 2 * kPad);
    const bool fitsRight = m_reading.x + 2 * kPad + box.width() < m_plot.right();
    box.moveLeft(std::max(0.0, fitsRight ? m_reading.x + 2 * kPad : m_reading.x - 2 * kPad - box.width()));
    QColor ground = colors.box;
    ground.setAlpha(235);
    painter.setPen(QPen(colors.grid, 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(box, 4, 4);
    double baseline = box.top() + kPad + metrics.ascent();
    painter.setPen(colors.text);
    painter.drawText(QPointF(box.left() + kPad, baseline), m_reading.title);
    for (const Mark& mark : m_reading.marks) {
        baseline += line;
        painter.setPen(Qt::NoPen);
        painter.setBrush(mark.color);
        painter.drawEllipse(QPointF(box.left() + kPad + 4, baseline - metrics.ascent() / 3), 4, 4);
        painter.setPen(colors.text);
        painter.drawText(QPointF(box.left() + kPad + kDot, baseline), mark.text);
    }
}

} // namespace boolab::ui
