// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector/bit_plane_view.h"

#include "widgets/charts/chart_colors.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

namespace boolab::ui
{

namespace
{

constexpr int kMostPixels = 32, kFitPixels = 16; // per sign
constexpr double kKeyStep = 40;                  // pixels that an arrow key moves by

/// Next of …, 3 signs per pixel, 2, 1 = 1 pixel per sign, 2, 4, …
BitPlaneZoom stepped(BitPlaneZoom zoom, int direction)
{
    if (direction > 0) {
        if (zoom.signs > 1) return {1, std::max(1, zoom.signs > 4 ? zoom.signs * 2 / 3 : zoom.signs - 1)};
        return {std::min(kMostPixels, zoom.pixels * 2), 1};
    }
    if (zoom.pixels > 1) return {std::max(1, zoom.pixels / 2), 1};
    return {1, std::max(zoom.signs + 1, zoom.signs * 3 / 2)};
}

} // namespace

BitPlaneView::BitPlaneView(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Bit plane"));
}

void BitPlaneView::setLayer(std::shared_ptr<const LayerInspection> layer)
{
    m_layer = std::move(layer);
    m_kernel = 0;
    fit();
}

void BitPlaneView::setKernel(int kernel)
{
    m_kernel = kernel;
    m_isStale = true;
    if (m_layer && kernel < static_cast<int>(m_layer->kernels.size()))
        setAccessibleDescription(
            tr("Kernel %1 of %2, %3 by %4 signs, %5 % are +1")
                .arg(kernel + 1)
                .arg(m_layer->kernelCount())
                .arg(m_layer->outFeatures)
                .arg(m_layer->inFeatures)
                .arg(100 * m_layer->kernels[static_cast<std::size_t>(kernel)].plusShare, 0, 'f', 2));
    update();
}

void BitPlaneView::fit()
{
    m_isFit = true;
    m_isStale = true;
    m_top = m_left = 0;
    if (m_layer) m_zoom = fittingZoom(m_layer->outFeatures, m_layer->inFeatures, size(), kFitPixels);
    setKernel(m_kernel);
    Q_EMIT zoomChanged();
}

QSizeF BitPlaneView::pictureSize() const
{
    return QSizeF(static_cast<double>(m_layer->inFeatures), static_cast<double>(m_layer->outFeatures)) *
           m_zoom.perSign();
}

/// Whole pixels of the picture, so that the image's first cell is whole.
void BitPlaneView::placeAt(double top, double left)
{
    const double perSign = m_zoom.perSign();
    const auto hold = [&](double first, double signs, double room) {
        const double last = std::max(0.0, signs - room / perSign);
        const double step = m_zoom.signs;
        return std::floor(std::clamp(first, 0.0, std::ceil(last)) / step) * step;
    };
    m_top = hold(top, static_cast<double>(m_layer->outFeatures), height());
    m_left = hold(left, static_cast<double>(m_layer->inFeatures), width());
    m_isStale = true;
    update();
}

/// What is smaller than the view stands in its middle.
QPointF BitPlaneView::origin() const
{
    const QSizeF picture = pictureSize();
    return {std::max(0.0, std::floor((width() - picture.width()) / 2)),
            std::max(0.0, std::floor((height() - picture.height()) / 2))};
}

void BitPlaneView::zoomBy(int steps, const QPointF& place)
{
    if (!m_layer || steps == 0) return;
    BitPlaneZoom next = m_zoom;
    for (int i = 0; i < std::abs(steps); ++i)
        next = stepped(next, steps);
    const BitPlaneZoom whole = fittingZoom(m_layer->outFeatures, m_layer->inFeatures, size(), kFitPixels);
    if (next.perSign() <= whole.perSign()) return fit();
    const QPointF at = (place - origin()) / m_zoom.perSign() + QPointF(m_left, m_top);
    m_zoom = next;
    m_isFit = false;
    const QPointF first = at - (place - origin()) / m_zoom.perSign();
    placeAt(first.y(), first.x());
    Q_EMIT zoomChanged();
}

bool BitPlaneView::moveBy(const QPointF& pixels)
{
    if (!m_layer || m_isFit) return false;
    const double top = m_top, left = m_left;
    placeAt(m_top + pixels.y() / m_zoom.perSign(), m_left + pixels.x() / m_zoom.perSign());
    return m_top != top || m_left != left;
}

QPoint BitPlaneView::signAt(const QPointF& place) const
{
    if (!m_layer) return {-1, -1};
    const QPointF at = (place - origin()) / m_zoom.perSign() + QPointF(m_left, m_top);
    const auto inside = [](double value, std::int64_t count) {
        return value >= 0 && value < static_cast<double>(count);
    };
    if (!inside(at.x(), m_layer->inFeatures) || !inside(at.y(), m_layer->outFeatures)) return {-1, -1};
    return {static_cast<int>(at.x()), static_cast<int>(at.y())};
}

QString BitPlaneView::textAt(const QPointF& place) const
{
    const QPoint sign = signAt(place);
    if (sign.x() < 0) return {};
    const auto& kernel = m_layer->kernels[static_cast<std::size_t>(m_kernel)];
    const bool isPlus = m_layer->isPlus(m_kernel, sign.y(), sign.x());
    const double weight = static_cast<double>(kernel.scaleOut[static_cast<std::size_t>(sign.y())]) *
                          kernel.scaleIn[static_cast<std::size_t>(sign.x())] * (isPlus ? 1 : -1);
    return tr("row %1, column %2: %3, weight %4")
        .arg(sign.y())
        .arg(sign.x())
        .arg(isPlus ? QStringLiteral("+1") : QStringLiteral("−1"))
        .arg(weight, 0, 'g', 4);
}

QString BitPlaneView::zoomText() const
{
    if (m_zoom.signs > 1) return tr("%1 × %1 signs per pixel, shaded by their mean").arg(m_zoom.signs);
    return m_zoom.pixels == 1 ? tr("1 pixel per sign") : tr("%1 pixels per sign").arg(m_zoom.pixels);
}

void BitPlaneView::drawPicture()
{
    const ChartColors colors(palette());
    const QColor plus = seriesColor(0, colors.dark);
    const QColor minus = colors.dark ? QColor(24, 24, 24) : QColor(250, 246, 232);
    m_picture = bitPlaneImage(*m_layer, m_kernel, static_cast<std::int64_t>(m_top),
                              static_cast<std::int64_t>(m_left), size(), m_zoom, plus, minus);
    m_isStale = false;
}

void BitPlaneView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const ChartColors colors(palette());
    painter.fillRect(rect(), colors.box);
    if (m_layer && !m_layer->isDense()) {
        if (m_isStale) drawPicture();
        painter.drawImage(origin(), m_picture);
    }
    if (!hasFocus()) return;
    painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
    painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
}

void BitPlaneView::resizeEvent(QResizeEvent*)
{
    if (m_isFit)
        fit();
    else if (m_layer)
        placeAt(m_top, m_left);
}

void BitPlaneView::wheelEvent(QWheelEvent* event)
{
    if (event->angleDelta().y() != 0) zoomBy(event->angleDelta().y() > 0 ? 1 : -1, event->position());
}

void BitPlaneView::mousePressEvent(QMouseEvent* event)
{
    m_dragged = event->position();
    if (!m_isFit && event->button() == Qt::LeftButton) setCursor(Qt::ClosedHandCursor);
}

void BitPlaneView::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton) {
        if (moveBy(m_dragged - event->position())) m_dragged = event->position();
        return;
    }
    QToolTip::showText(event->globalPosition().toPoint(), textAt(event->position()), this);
}

void BitPlaneView::mouseReleaseEvent(QMouseEvent*)
{
    unsetCursor();
}

/// Keys that change nothing go on to the inspector.
void BitPlaneView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoomBy(1);
    case Qt::Key_Minus:
        return zoomBy(-1);
    case Qt::Key_0:
        return fit();
    case Qt::Key_Left:
        if (!m_isFit) return void(moveBy({-kKeyStep, 0}));
        break;
    case Qt::Key_Right:
        if (!m_isFit) return void(moveBy({kKeyStep, 0}));
        break;
    case Qt::Key_Up:
        if (!m_isFit) return void(moveBy({0, -kKeyStep}));
        break;
    case Qt::Key_Down:
        if (!m_isFit) return void(moveBy({0, kKeyStep}));
        break;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

void BitPlaneView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void BitPlaneView::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace boolab::ui
