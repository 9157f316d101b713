// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_notes.h"

#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QTextBrowser>

namespace boolab::ui
{

RunNotes::RunNotes(QWidget* parent)
    : QWidget(parent), m_stack(new QStackedWidget), m_view(new QTextBrowser), m_editor(new QPlainTextEdit),
      m_edit(new QPushButton(tr("Edit"))), m_save(new QPushButton(tr("Save"))),
      m_cancel(new QPushButton(tr("Cancel")))
{
    m_view->setOpenExternalLinks(true);
    m_view->setAccessibleName(tr("Notes"));
    m_editor->setAccessibleName(tr("Notes, being edited"));
    m_editor->setPlaceholderText(tr("Why this run, what came of it … Markdown is understood."));
    m_save->setToolTip(tr("Ctrl+Return"));
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_editor);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    for (QPushButton* button : {m_edit, m_cancel, m_save})
        row->addWidget(button);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(m_stack, 1);
    column->addLayout(row);
    connect(m_edit, &QPushButton::clicked, this, &RunNotes::edit);
    connect(m_save, &QPushButton::clicked, this, &RunNotes::save);
    connect(m_cancel, &QPushButton::clicked, this, &RunNotes::cancel);
    auto* keys = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), m_editor);
    keys->setContext(Qt::WidgetShortcut);
    connect(keys, &QShortcut::activated, this, &RunNotes::save);
    setEditing(false);
}

void RunNotes::setRun(const RunRecord& run)
{
    const QString text = QString::fromStdString(run.notes);
    if (run.id != m_id) setEditing(false);
    if (run.id == m_id && text == m_text) return;
    m_id = run.id;
    m_text = text;
    if (text.isEmpty())
        m_view->setMarkdown(tr("*No notes yet. Edit writes some.*"));
    else
        m_view->setMarkdown(text);
}

void RunNotes::edit()
{
    m_editor->setPlainText(m_text);
    setEditing(true);
    m_editor->setFocus();
}

void RunNotes::save()
{
    setEditing(false);
    const QString text = m_editor->toPlainText();
    if (text != m_text) Q_EMIT written(m_id, text);
}

void RunNotes::cancel()
{
    setEditing(false);
}

void RunNotes::setEditing(bool editing)
{
    m_stack->setCurrentIndex(editing ? 1 : 0);
    m_edit->setVisible(!editing);
    m_save->setVisible(editing);
    m_cancel->setVisible(editing);
}

} // namespace boolab::ui
