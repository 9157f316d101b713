// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/layer_chart.h"

namespace boolab::ui
{

/// The error that is left after 1, 2, … kernels: a line per layer, the error in powers of ten.
class ErrorCurves : public LayerChart
{
    Q_OBJECT

public:
    using LayerChart::LayerChart;

    void clear();
    /// In the order of the layers; NaN where a layer has fewer kernels.
    void setErrors(int kernels, std::vector<float> errors);
    /// Of one layer, from one kernel on, as far as it goes.
    std::vector<float> curveOf(int layer) const;
    int layerAt(const QPointF& place) const override;
    QString textOf(int layer) const override;
    QPointF placeOf(int layer, int kernels) const;

protected:
    bool isEmpty() const override { return m_errors.empty(); }
    void paintMarks(QPainter& painter, const ChartFrame& frame, const ChartColors& colors) override;

private:
    AxisScale xScale(const ChartFrame& frame) const;
    AxisScale yScale(const ChartFrame& frame) const;
    QPolygonF lineOf(int layer, const AxisScale& x, const AxisScale& y) const;
    void paintLine(QPainter& painter, const QPolygonF& line, const QPen& pen) const;

    std::vector<std::vector<float>> m_errors; ///< by kernels, from 1 on
};

} // namespace boolab::ui
