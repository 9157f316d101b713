// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/chart_paint.h"
#include "widgets/charts/layer_name.h"

#include <QWidget>

namespace boolab::ui
{

/// What charts with a mark per layer share: colours by kind, a legend, hovering that names the layer, a
/// current layer by click or the arrow keys.
class LayerChart : public QWidget
{
    Q_OBJECT

public:
    explicit LayerChart(const QString& title, QWidget* parent = nullptr);

    const QString& title() const { return m_title; }
    void setEmptyText(const QString& text);
    void setLayers(std::vector<LayerName> layers);
    int current() const { return m_current; }
    void setCurrent(int layer);
    /// The layer whose mark is within reach; -1: none.
    virtual int layerAt(const QPointF& place) const = 0;
    virtual QString textOf(int layer) const = 0;

    QSize sizeHint() const override { return {420, 180}; }
    QSize minimumSizeHint() const override { return {200, 90}; }

Q_SIGNALS:
    void currentChanged(int layer);
    void activated(int layer); ///< click, Enter

protected:
    virtual bool isEmpty() const = 0;
    virtual void paintMarks(QPainter& painter, const ChartFrame& frame, const ChartColors& colors) = 0;

    ChartFrame frame() const;
    const std::vector<LayerName>& layers() const { return m_layers; }
    QColor colorOf(int layer, bool dark) const;
    int hovered() const { return m_hovered; }

    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    std::vector<LegendEntry> legend() const;

    QString m_title, m_emptyText;
    std::vector<LayerName> m_layers;
    std::vector<QString> m_partNames;
    std::vector<int> m_parts; ///< of the layers
    int m_current = -1, m_hovered = -1;
};

} // namespace boolab::ui
