// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/value_spread.h"
#include "widgets/charts/kernel_chart.h"

namespace boolab::ui
{

/// One side's scales of all kernels of a layer: how they are distributed, or the vectors themselves.
class ScaleChart : public KernelChart
{
    Q_OBJECT

public:
    enum class Look { Distribution, Vectors };

    using KernelChart::KernelChart;

    /// A vector per kernel.
    void setScales(std::vector<std::vector<float>> scales);
    void setLook(Look look);
    Look look() const { return m_look; }
    QString textAt(const QPointF& place) const override;
    const std::vector<Histogram>& histograms() const { return m_histograms; }

protected:
    bool isEmpty() const override { return m_scales.empty(); }
    std::vector<LegendEntry> legend() const override;
    void paintMarks(QPainter& painter, const ChartFrame& frame, const ChartColors& colors) override;

private:
    struct Scales {
        AxisScale x, y;
    };
    Scales scales(const ChartFrame& frame) const;
    QPolygonF outlineOf(const Histogram& histogram, const Scales& axes) const;
    QPolygonF lineOf(const std::vector<float>& values, const Scales& axes) const;

    Look m_look = Look::Distribution;
    std::vector<std::vector<float>> m_scales;
    std::vector<Histogram> m_histograms;
    double m_low = 0, m_high = 1; ///< of all values
    std::int64_t m_most = 1;      ///< in a bin
};

} // namespace boolab::ui
