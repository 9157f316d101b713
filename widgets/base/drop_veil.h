// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

namespace boolab::ui
{

/// Lies over a window while a file is dragged across it, and says what a drop would do. It lets everything
/// below shine through and takes neither the mouse nor drops.
class DropVeil : public QWidget
{
    Q_OBJECT

public:
    /// Follows the size of its parent; hidden at first.
    explicit DropVeil(QWidget* parent);
    void invite(const QString& text);
    const QString& text() const { return m_text; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
};

} // namespace boolab::ui
