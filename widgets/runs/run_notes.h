// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <QWidget>

class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QTextBrowser;

namespace boolab::ui
{

/// A run's notes: read as Markdown, written as text.
class RunNotes : public QWidget
{
    Q_OBJECT

public:
    explicit RunNotes(QWidget* parent = nullptr);
    /// What is being written stays while the same run is read again.
    void setRun(const RunRecord& run);
    void edit();
    void save();
    void cancel();

    QPlainTextEdit* editor() const { return m_editor; }
    QTextBrowser* view() const { return m_view; }

Q_SIGNALS:
    void written(boolab::RunId id, const QString& markdown);

private:
    void setEditing(bool editing);

    RunId m_id = 0;
    QString m_text;
    QStackedWidget* m_stack;
    QTextBrowser* m_view;
    QPlainTextEdit* m_editor;
    QPushButton *m_edit, *m_save, *m_cancel;
};

} // namespace boolab::ui
