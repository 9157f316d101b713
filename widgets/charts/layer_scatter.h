// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/layer_chart.h"

namespace boolab::ui
{

/// A point per layer: its number of weights against the error it is left with, both in powers of ten.
class LayerScatter : public LayerChart
{
    Q_OBJECT

public:
    using LayerChart::LayerChart;

    /// In the order of the layers; layers where either is unknown have no point.
    void setValues(std::vector<double> weights, std::vector<float> errors);
    int layerAt(const QPointF& place) const override;
    QString textOf(int layer) const override;
    QPointF placeOf(int layer) const;

protected:
    bool isEmpty() const override;
    void paintMarks(QPainter& painter, const ChartFrame& frame, const ChartColors& colors) override;

private:
    struct Scales {
        AxisScale x, y;
    };
    bool has(std::size_t layer) const;
    Scales scales(const ChartFrame& frame) const;

    std::vector<double> m_weights;
    std::vector<float> m_errors;
};

} // namespace boolab::ui
