// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/kernel_chart.h"

namespace boolab::ui
{

/// What one layer's first 1 … K kernels leave of the full-precision layer, in powers of ten: a line per way
/// to measure it.
class ErrorSteps : public KernelChart
{
    Q_OBJECT

public:
    struct Line {
        QString name;
        std::vector<double> errors; ///< with the first 1 … K kernels
    };

    using KernelChart::KernelChart;

    /// Lines without values are left out.
    void setLines(std::vector<Line> lines);
    const std::vector<Line>& lines() const { return m_lines; }
    QString textAt(const QPointF& place) const override;
    QPointF placeOf(int line, int kernels) const;

protected:
    bool isEmpty() const override { return m_lines.empty(); }
    std::vector<LegendEntry> legend() const override;
    void paintMarks(QPainter& painter, const ChartFrame& frame, const ChartColors& colors) override;

private:
    struct Scales {
        AxisScale x, y;
    };
    Scales scales(const ChartFrame& frame) const;

    std::vector<Line> m_lines;
};

} // namespace boolab::ui
