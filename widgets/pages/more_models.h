// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;
class QListWidget;
class QPushButton;

namespace boolab::ui
{

/// Models that a form's job is done with as well, besides the one in its field: added from dialogs or
/// dropped, several at once; each of them once. The list shows itself while it has any.
class MoreModels : public QWidget
{
    Q_OBJECT

public:
    explicit MoreModels(QWidget* parent = nullptr);

    QStringList paths() const;
    /// Those that are here already stay where they are.
    void add(const QStringList& paths);
    void clear();
    QListWidget* list() const { return m_list; }

Q_SIGNALS:
    void changed();

protected:
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* makeButtons();
    void browse(bool folder);
    void removeSelected();
    void showList();

    QListWidget* m_list;
    QPushButton* m_remove;
    QLabel* m_help;
};

} // namespace boolab::ui
