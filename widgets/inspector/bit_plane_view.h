// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/inspector/bit_plane_image.h"

#include <QWidget>
#include <memory>

namespace boolab::ui
{

/// The signs of one kernel as a picture, rows down and columns across. The wheel, + and - zoom, 0 fits it in,
/// the mouse or the arrow keys move it, hovering tells row, column and sign.
class BitPlaneView : public QWidget
{
    Q_OBJECT

public:
    explicit BitPlaneView(QWidget* parent = nullptr);

    /// Null: nothing to show.
    void setLayer(std::shared_ptr<const LayerInspection> layer);
    void setKernel(int kernel);
    int kernel() const { return m_kernel; }
    void fit();
    /// One step in (1) or out (-1), keeping what stands at `place`.
    void zoomBy(int steps, const QPointF& place);
    void zoomBy(int steps) { zoomBy(steps, QRectF(rect()).center()); }
    BitPlaneZoom zoom() const { return m_zoom; }
    bool isFit() const { return m_isFit; }
    QString textAt(const QPointF& place) const;
    /// Row and column at a place; -1 outside the matrix.
    QPoint signAt(const QPointF& place) const;
    /// "6 × 6 signs per pixel", "4 pixels per sign".
    QString zoomText() const;

    QSize sizeHint() const override { return {480, 320}; }
    QSize minimumSizeHint() const override { return {200, 140}; }

Q_SIGNALS:
    void zoomChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    QSizeF pictureSize() const;
    /// The first sign shown and where it stands.
    void placeAt(double top, double left);
    QPointF origin() const;
    bool moveBy(const QPointF& pixels);
    void drawPicture();

    std::shared_ptr<const LayerInspection> m_layer;
    int m_kernel = 0;
    BitPlaneZoom m_zoom;
    bool m_isFit = true;
    double m_top = 0, m_left = 0; ///< of the signs shown
    QPointF m_dragged;
    QImage m_picture;
    bool m_isStale = true;
};

} // namespace boolab::ui
