// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/compare/comparison.h"
#include "widgets/compare/compare_view.h"

#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QStackedLayout;

namespace boolab::ui
{

/// What the runs wrote after one prompt, in columns beside the teacher's text.
class CompareTexts : public QWidget
{
    Q_OBJECT

public:
    explicit CompareTexts(QWidget* parent = nullptr);
    void update(const CompareInput& input);

    QComboBox* prompts() const { return m_prompts; }
    /// Of the columns, the teacher's first where there is one.
    QStringList texts() const;
    QString emptyText() const;

private:
    struct Column {
        QWidget* box;
        QLabel *swatch, *title, *note;
        QPlainTextEdit* text;
    };

    void showPrompt();
    Column& columnAt(std::size_t index);
    void fill(std::size_t index, const QString& title, int color, const QString& text,
              const QString& teacher);

    CompareInput m_input;
    std::vector<TextRow> m_rows;
    QStackedLayout* m_stack;
    QComboBox* m_prompts;
    QLabel* m_empty;
    QHBoxLayout* m_row;
    std::vector<Column> m_columns;
};

} // namespace boolab::ui
