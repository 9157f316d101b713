// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/runs/run_update.h"

#include <QWidget>

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QStackedLayout;

namespace boolab::ui
{

/// Texts that teacher and student wrote after the same prompts during a run: newest first at the left, the
/// chosen one in two columns. The newest is shown until the user picks another.
class RunSamples : public QWidget
{
    Q_OBJECT

public:
    explicit RunSamples(QWidget* parent = nullptr);
    void clear();
    void update(const RunUpdate& update);

    QListWidget* list() const { return m_list; }
    QString teacherText() const;
    QString studentText() const;
    QString agreementText() const;
    QString emptyText() const;

private:
    void prepend(const RunSample& sample);
    void showCurrent();
    void explainEmpty(const RunRecord& run);

    std::vector<RunSample> m_samples; ///< oldest first
    QStackedLayout* m_stack;
    QLabel *m_empty, *m_prompt, *m_agreement;
    QListWidget* m_list;
    QPlainTextEdit *m_teacher, *m_student;
};

} // namespace boolab::ui
