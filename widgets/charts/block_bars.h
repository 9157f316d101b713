// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/chart_paint.h"
#include "widgets/charts/layer_name.h"

#include <QWidget>

namespace boolab::ui
{

/// Kernel counts as one stacked bar per transformer block: a segment per layer, as high as its kernels,
/// coloured by its kind. Pinned layers are framed, dense ones hatched. The mouse or the arrow keys choose a
/// layer; a click, Space or Enter activates it.
class BlockBars : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kUnknown = -1, kDense = 0;

    explicit BlockBars(const QString& title, QWidget* parent = nullptr);

    const QString& title() const { return m_title; }
    void setEmptyText(const QString& text);
    void setLayers(std::vector<LayerName> layers);
    const std::vector<LayerName>& layers() const { return m_layers; }
    /// In the order of the layers.
    void setCounts(std::vector<int> counts);
    const std::vector<int>& counts() const { return m_counts; }
    void setPinned(std::vector<bool> pinned);
    /// Kernels of a layer that the height has room for; 0: as the counts need.
    void setRoomFor(int kernels);
    int current() const { return m_current; }
    void setCurrent(int layer);
    int layerAt(const QPointF& place) const;
    /// Where a layer's segment stands; null where it has none.
    QRectF segmentOf(int layer) const;
    /// "block 3, q_proj: 2 kernels, pinned".
    QString textOf(int layer) const;

    QSize sizeHint() const override { return {520, 260}; }
    QSize minimumSizeHint() const override { return {240, 120}; }

Q_SIGNALS:
    void currentChanged(int layer);
    void activated(int layer);
    /// Digit keys; 0 for D.
    void countTyped(int layer, int count);
    void freed(int layer); ///< Delete
    void menuWanted(int layer, const QPoint& globalPlace);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    ChartFrame frame() const;
    std::vector<LegendEntry> legend() const;
    AxisScale xScale(const ChartFrame& frame) const;
    AxisScale yScale(const ChartFrame& frame) const;
    int heightOf(std::size_t layer) const;
    std::vector<QRectF> segments(const ChartFrame& frame) const;
    void moveCurrent(int blocks, int layers);
    void paintSegment(QPainter& painter, const ChartColors& colors, int layer, const QRectF& place);

    QString m_title, m_emptyText;
    std::vector<LayerName> m_layers;
    std::vector<int> m_slots, m_parts; ///< of the layers: which bar, which colour
    std::vector<QString> m_partNames, m_slotNames;
    std::vector<int> m_counts;
    std::vector<bool> m_pinned;
    int m_room = 0, m_current = -1, m_hovered = -1;
};

} // namespace boolab::ui
