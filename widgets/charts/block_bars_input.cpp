// SPDX-License-Identifier: Apache-2.0
// Mouse and keys of BlockBars.

#include "widgets/charts/block_bars.h"

#include <algorithm>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

namespace boolab::ui
{

void BlockBars::mousePressEvent(QMouseEvent* event)
{
    const int layer = layerAt(event->position());
    if (layer < 0) return;
    setCurrent(layer);
    if (event->button() == Qt::LeftButton) Q_EMIT activated(layer);
}

void BlockBars::mouseMoveEvent(QMouseEvent* event)
{
    const int layer = layerAt(event->position());
    if (layer != m_hovered) {
        m_hovered = layer;
        update();
    }
    QToolTip::showText(event->globalPosition().toPoint(), textOf(layer), this);
}

void BlockBars::leaveEvent(QEvent*)
{
    m_hovered = -1;
    update();
}

void BlockBars::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void BlockBars::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

/// `blocks` bars to the right at the same kind of layer, or `layers` segments up.
void BlockBars::moveCurrent(int blocks, int layers)
{
    if (m_layers.empty()) return;
    if (m_current < 0) return setCurrent(0);
    const auto now = static_cast<std::size_t>(m_current);
    int target = m_current + layers;
    if (blocks != 0) {
        const int slot = m_slots[now] + blocks;
        target = m_current;
        for (std::size_t i = 0; i < m_layers.size(); ++i)
            if (m_slots[i] == slot && m_parts[i] == m_parts[now]) target = static_cast<int>(i);
    }
    setCurrent(std::clamp(target, 0, static_cast<int>(m_layers.size()) - 1));
}

void BlockBars::keyPressEvent(QKeyEvent* event)
{
    const bool hasCurrent = m_current >= 0;
    switch (event->key()) {
    case Qt::Key_Left:
        return moveCurrent(-1, 0);
    case Qt::Key_Right:
        return moveCurrent(1, 0);
    case Qt::Key_Up:
        return moveCurrent(0, 1);
    case Qt::Key_Down:
        return moveCurrent(0, -1);
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (hasCurrent) Q_EMIT activated(m_current);
        return;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        if (hasCurrent) Q_EMIT freed(m_current);
        return;
    case Qt::Key_D:
        if (hasCurrent && event->modifiers() == Qt::NoModifier) Q_EMIT countTyped(m_current, kDense);
        return;
    default:
        break;
    }
    const int digit = event->key() - Qt::Key_0;
    if (hasCurrent && digit >= 1 && digit <= 8 && !(event->modifiers() & ~Qt::KeypadModifier))
        Q_EMIT countTyped(m_current, digit);
    else
        QWidget::keyPressEvent(event);
}

void BlockBars::contextMenuEvent(QContextMenuEvent* event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const int layer = byKey ? m_current : layerAt(event->pos());
    if (layer < 0) return;
    const QPoint place = byKey ? mapToGlobal(segmentOf(layer).center().toPoint()) : event->globalPos();
    Q_EMIT menuWanted(layer, place);
}

} // namespace boolab::ui
