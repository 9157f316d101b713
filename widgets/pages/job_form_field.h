// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job_spec.h"

#include <QWidget>

class QGridLayout;
class QLabel;

namespace boolab::ui
{

class OptionEditor;

constexpr double kHelpScale = 0.92; ///< of the words below an editor

/// A field's grid: `label` on the left, as wide as all labels of a form, column 1 for the rest.
QGridLayout* layOutAsField(QWidget* field, QLabel* label);

/// One option in a form: label, editor with unit, help, and what is wrong with the value.
class JobFormField : public QWidget
{
    Q_OBJECT

public:
    /// `option` lives as long as the specs: for ever.
    explicit JobFormField(const OptionSpec& option, QWidget* parent = nullptr);

    const OptionSpec& option() const { return m_option; }
    QString text() const;
    void setText(const QString& text);
    /// As a job stores it; null where the field is empty.
    Result<nlohmann::json> value() const;
    /// Shown under the editor and told to screen readers; empty: all is well.
    void showProblem(const QString& problem);
    QString problem() const { return m_problemText; }
    /// Locks the editor and shows why in place of the help; empty: unlocks it. Its text stays.
    void setUnused(const QString& reason);
    bool isUnused() const { return !m_unusedReason.isEmpty(); }
    /// Alt and `letter`, which occurs in the label, go to the editor.
    void setMnemonic(QChar letter);
    QWidget* input() const;

Q_SIGNALS:
    void edited();
    /// Of several paths dropped at once on the editor, those behind the first, which it took.
    void moreDropped(const QStringList& paths);

protected:
    void changeEvent(QEvent* event) override;

private:
    void layOut();
    void showHelp();
    void colorTexts();

    const OptionSpec& m_option;
    OptionEditor* m_editor;
    QLabel* m_label;
    QLabel* m_help;
    QLabel* m_problem;
    QString m_problemText, m_unusedReason;
};

} // namespace boolab::ui
