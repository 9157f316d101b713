// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/chart_paint.h"
#include "widgets/charts/layer_name.h"

#include <QWidget>

namespace boolab::ui
{

/// One bar per layer in execution order, coloured by the layer's part (q_proj, …), or one per block with its
/// layers on each other. Hovering tells the layer and its value.
class LayerBars : public QWidget
{
    Q_OBJECT

public:
    explicit LayerBars(const QString& title, QWidget* parent = nullptr);

    void setEmptyText(const QString& text);
    void setLayers(std::vector<LayerName> layers);
    /// In the order of the layers; NaN: not known yet.
    void setValues(std::vector<float> values);
    /// Layers that stay in full precision, where a missing value is none to wait for.
    void setDense(std::vector<bool> dense);
    void setLegendShown(bool shown);
    void setTitle(const QString& title);
    /// Behind a value that hovering tells, such as "MB".
    void setUnit(const QString& unit);
    /// For values that add up.
    void setStacked(bool stacked);
    bool isStacked() const { return m_stacked; }
    const std::vector<float>& values() const { return m_values; }
    /// Where a layer's bar stands; empty where it has no value.
    QRectF placeOf(int layer) const;
    /// "block 3, q_proj: 2"; empty outside the bars.
    QString textAt(const QPointF& place) const;

    QSize sizeHint() const override { return {420, 150}; }
    QSize minimumSizeHint() const override { return {200, 90}; }

Q_SIGNALS:
    void activated(int layer); ///< click

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    ChartFrame frame() const;
    std::vector<LegendEntry> legend() const;
    std::vector<ChartTick> yTicks(const ChartFrame& frame, const AxisScale& y) const;
    AxisScale xScale(const ChartFrame& frame) const;
    AxisScale yScale(const ChartFrame& frame) const;
    int layerAt(const QPointF& place) const;
    std::size_t slotOf(std::size_t layer) const;
    std::size_t slotCount() const;
    std::vector<ChartTick> xTicks() const;
    std::vector<QRectF> places(const ChartFrame& frame) const;
    void paintBars(QPainter& painter, const ChartFrame& frame, const ChartColors& colors);

    QString m_title, m_emptyText, m_unit;
    std::vector<LayerName> m_layers;
    std::vector<int> m_partOfLayer;
    std::vector<std::size_t> m_slots; ///< of the stacked layers
    std::vector<QString> m_parts;
    std::vector<float> m_values;
    std::vector<bool> m_dense;
    int m_hovered = -1;
    bool m_legendShown = true, m_stacked = false;
};

/// Ticks at the first layer of each block, at its place among the layers.
std::vector<ChartTick> blockTicks(const std::vector<LayerName>& layers);

} // namespace boolab::ui
