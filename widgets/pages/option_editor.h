// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job_spec.h"

#include <QWidget>

namespace boolab::ui
{

/// Edits one option's value as the text that parseValue() reads.
class OptionEditor : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    virtual QString text() const = 0;
    virtual void setText(const QString& text) = 0;
    /// Where the keyboard goes.
    virtual QWidget* input() = 0;

Q_SIGNALS:
    void edited();
    /// Of several paths dropped at once, those behind the first, which is the value now.
    void moreDropped(const QStringList& paths);
};

/// A value as an editor shows it; empty for null.
QString editorText(const nlohmann::json& value);

} // namespace boolab::ui
