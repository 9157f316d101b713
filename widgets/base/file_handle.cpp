// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/file_handle.h"

#include "widgets/base/dropped_paths.h"

#include <QApplication>
#include <QDesktopServices>
#include <QDrag>
#include <QFileInfo>
#include <QMouseEvent>
#include <QStyle>
#include <QUrl>

namespace boolab::ui
{

FileHandle::FileHandle(QWidget* parent) : QToolButton(parent)
{
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setCursor(Qt::OpenHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    connect(this, &QToolButton::clicked, this, &FileHandle::reveal);
    hide();
}

void FileHandle::setPath(const QString& path)
{
    const QFileInfo info(path);
    m_path = info.exists() ? info.absoluteFilePath() : QString();
    setVisible(!m_path.isEmpty());
    if (m_path.isEmpty()) return;
    constexpr int kWidth = 220;
    setIcon(style()->standardIcon(info.isDir() ? QStyle::SP_DirIcon : QStyle::SP_FileIcon));
    setText(fontMetrics().elidedText(info.fileName(), Qt::ElideMiddle, kWidth));
    setToolTip(tr("%1\nDrag it to another program, or click to see it in its folder.").arg(m_path));
    setAccessibleName(tr("Show %1 in its folder").arg(info.fileName()));
}

void FileHandle::mousePressEvent(QMouseEvent* event)
{
    m_pressedAt = event->pos();
    QToolButton::mousePressEvent(event);
}

void FileHandle::mouseMoveEvent(QMouseEvent* event)
{
    const bool far = (event->pos() - m_pressedAt).manhattanLength() >= QApplication::startDragDistance();
    if (!(event->buttons() & Qt::LeftButton) || !far) return QToolButton::mouseMoveEvent(event);
    setDown(false);
    Q_EMIT dragged(m_path);
    auto* drag = new QDrag(this); // deletes itself
    drag->setMimeData(dataOfPaths({m_path}));
    drag->setPixmap(icon().pixmap(iconSize()));
    drag->exec(Qt::CopyAction);
}

void FileHandle::reveal() const
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(m_path).absolutePath()));
}

} // namespace boolab::ui
