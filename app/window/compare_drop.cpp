// SPDX-License-Identifier: Apache-2.0
#include "app/window/compare_drop.h"

#include "widgets/runs/run_mime.h"

#include <QDropEvent>
#include <QListWidget>
#include <QMimeData>

namespace boolab::ui
{

namespace
{

constexpr int kHoverMs = 600; // as desktops wait before they open a folder

} // namespace

CompareDrop::CompareDrop(QListWidget* navigation, int row)
    : QObject(navigation), m_navigation(navigation), m_row(row)
{
    m_hover.setSingleShot(true);
    m_hover.setInterval(kHoverMs);
    connect(&m_hover, &QTimer::timeout, this, &CompareDrop::hovered);
    navigation->viewport()->setAcceptDrops(true);
    navigation->viewport()->installEventFilter(this);
}

bool CompareDrop::isOverRow(const QPoint& place) const
{
    const QListWidgetItem* item = m_navigation->itemAt(place);
    return item != nullptr && m_navigation->row(item) == m_row;
}

bool CompareDrop::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::DragEnter:
    case QEvent::DragMove:
    case QEvent::Drop: {
        auto* drag = static_cast<QDropEvent*>(event);
        const auto ids = runsIn(*drag->mimeData());
        if (ids.empty()) { // files: the window's own business
            event->ignore();
            return true;
        }
        const bool isOver = isOverRow(drag->position().toPoint());
        if (event->type() == QEvent::DragEnter || isOver)
            drag->acceptProposedAction();
        else
            drag->ignore();
        if (!isOver || event->type() == QEvent::Drop)
            m_hover.stop();
        else if (!m_hover.isActive())
            m_hover.start();
        if (event->type() == QEvent::Drop && isOver) Q_EMIT dropped(ids);
        return true;
    }
    case QEvent::DragLeave:
        m_hover.stop();
        return true;
    default:
        return QObject::eventFilter(watched, event);
    }
}

} // namespace boolab::ui
