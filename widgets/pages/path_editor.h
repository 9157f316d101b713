// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/pages/option_editor.h"

class QComboBox;
class QLineEdit;

namespace boolab::ui
{

/// A path typed, dropped or picked; where the option knows words that are no path ("self"), they are offered
/// in a list.
class PathEditor : public OptionEditor
{
    Q_OBJECT

public:
    PathEditor(const OptionSpec& option, QWidget* parent);

    QString text() const override;
    void setText(const QString& text) override;
    QWidget* input() override;

private:
    QWidget* makeBrowseButton();
    void browse(bool folder);

    const OptionSpec& m_option;
    QLineEdit* m_line;
    QComboBox* m_words = nullptr; ///< only where there are words; owns the line then
};

} // namespace boolab::ui
