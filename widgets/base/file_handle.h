// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPoint>
#include <QToolButton>

namespace boolab::ui
{

/// A file or a folder that can be dragged out of the window, to a file manager or another program. A click
/// shows it where it lies.
class FileHandle : public QToolButton
{
    Q_OBJECT

public:
    explicit FileHandle(QWidget* parent = nullptr);
    /// An empty or a missing path hides it.
    void setPath(const QString& path);
    QString path() const { return m_path; }

Q_SIGNALS:
    /// Where the pointer left the button with the file; the drag itself follows.
    void dragged(const QString& path);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    void reveal() const;

    QString m_path;
    QPoint m_pressedAt;
};

} // namespace boolab::ui
