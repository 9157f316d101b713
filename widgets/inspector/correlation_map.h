// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/kernel_chart.h"

namespace boolab::ui
{

/// Correlations between the outputs of a layer's kernels as a square of colours and numbers.
class CorrelationMap : public KernelChart
{
    Q_OBJECT

public:
    using KernelChart::KernelChart;

    /// Square, symmetric, in [-1, 1].
    void setValues(std::vector<std::vector<double>> values);
    QString textAt(const QPointF& place) const override;
    /// Row and column, from 0 on.
    QRectF cellOf(int row, int column) const;

protected:
    bool isEmpty() const override { return m_values.empty(); }
    void paintMarks(QPainter& painter, const ChartFrame& frame, const ChartColors& colors) override;

private:
    QRectF cellOf(int row, int column, const ChartFrame& frame) const;

    std::vector<std::vector<double>> m_values;
};

} // namespace boolab::ui
