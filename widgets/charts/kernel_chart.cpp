// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/kernel_chart.h"

#include <QMouseEvent>
#include <QToolTip>

namespace boolab::ui
{

KernelChart::KernelChart(const QString& title, QWidget* parent) : QWidget(parent), m_title(title)
{
    setMouseTracking(true);
    setAccessibleName(title);
}

void KernelChart::setEmptyText(const QString& text)
{
    m_emptyText = text;
    setAccessibleDescription(text);
    update();
}

void KernelChart::setKernel(int kernel)
{
    m_kernel = kernel;
    update();
}

ChartFrame KernelChart::frame() const
{
    return ChartFrame::in(rect(), font(), titleWidth(font(), m_title), legendWidth(font(), legend()));
}

bool KernelChart::isDark() const
{
    return ChartColors(palette()).dark;
}

void KernelChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ChartColors colors(palette());
    const ChartFrame frame = this->frame();
    painter.fillRect(rect(), colors.base);
    paintTitle(painter, frame, colors, m_title);
    if (isEmpty()) return paintEmpty(painter, frame, colors, m_emptyText);
    paintMarks(painter, frame, colors);
    paintLegend(painter, frame, colors, legend());
}

void KernelChart::mouseMoveEvent(QMouseEvent* event)
{
    QToolTip::showText(event->globalPosition().toPoint(), isEmpty() ? QString() : textAt(event->position()),
                       this);
}

} // namespace boolab::ui
