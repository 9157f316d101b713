// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/chart_colors.h"

#include <vector>

#include <QWidget>

namespace boolab::ui
{

/// A transparent sheet over a chart: the vertical line under the mouse, the values there, and the band of a
/// zoom being dragged. Kept apart from the chart so that moving the mouse does not compute anything anew.
class ChartCursor : public QWidget
{
    Q_OBJECT

public:
    struct Mark {
        QColor color;
        QPointF at; ///< pixels; outside the plot: no dot
        QString text;
    };
    struct Reading {
        double x = 0; ///< pixel of the line
        QString title;
        std::vector<Mark> marks;
    };

    explicit ChartCursor(QWidget* parent);
    void setPlot(const QRectF& plot) { m_plot = plot; }
    void showReading(Reading reading);
    void hideReading();
    /// Pixels; equal ends hide it.
    void setBand(double from, double to);
    const Reading& reading() const { return m_reading; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintBox(QPainter& painter, const ChartColors& colors);

    QRectF m_plot;
    Reading m_reading;
    bool m_reads = false;
    double m_bandFrom = 0, m_bandTo = 0;
};

} // namespace boolab::ui
