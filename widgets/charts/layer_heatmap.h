// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/chart_paint.h"
#include "widgets/charts/downsample.h"
#include "widgets/charts/layer_grid.h"
#include "widgets/charts/layer_name.h"

#include <optional>

#include <QImage>
#include <QWidget>

namespace boolab::ui
{

/// A number per layer and step as colours: layers from top to bottom, steps from left to right. Shades are
/// logarithmic, since layers differ by orders of magnitude; of steps that share a pixel the highest counts.
/// Hovering tells the layer, the step and the number.
class LayerHeatmap : public QWidget
{
    Q_OBJECT

public:
    explicit LayerHeatmap(const QString& title, const QString& unit, QWidget* parent = nullptr);

    void setEmptyText(const QString& text);
    void setLayers(std::vector<LayerName> layers);
    void add(std::int64_t step, std::span<const float> values);
    void clear();
    /// The steps to show, as the charts beside it do; nullopt: all.
    void setWindow(std::optional<AxisWindow> window);
    const LayerGrid& grid() const { return m_grid; }
    const QString& title() const { return m_title; }
    /// A row per column of the picture: its first and last step, then each layer's mean.
    QString csv() const;
    QString textAt(const QPointF& place) const;

    QSize sizeHint() const override { return {480, 300}; }
    QSize minimumSizeHint() const override { return {240, 140}; }

Q_SIGNALS:
    void activated(int layer); ///< click on its row

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    struct Columns {
        std::size_t first = 0, last = 0; ///< [first, last)
    };
    AxisWindow shownWindow() const;
    AxisScale stepScale(const QRectF& plot) const;
    Columns columnsAt(double pixel, const QRectF& plot) const;
    void drawImage(const QRectF& plot);
    std::vector<ChartTick> stepTicks(const AxisScale& x) const;
    void paintScale(QPainter& painter, const ChartFrame& frame, const ChartColors& colors) const;

    QString m_title, m_unit, m_emptyText;
    std::vector<LayerName> m_layers;
    LayerGrid m_grid;
    std::optional<AxisWindow> m_window;
    QImage m_image; ///< a pixel per pixel of the plot and layer
    float m_highest = 0;
    bool m_stale = true;
};

} // namespace boolab::ui
