// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QPlainTextEdit;
class QPushButton;

namespace boolab::ui
{

/// The command that does the same as a form, to read and to copy.
class CommandLineRow : public QWidget
{
    Q_OBJECT

public:
    explicit CommandLineRow(QWidget* parent = nullptr);

    void setCommand(const QString& command);
    QString command() const { return m_command; }

private:
    void copy();

    QString m_command;
    QPlainTextEdit* m_text;
    QPushButton* m_copy;
};

} // namespace boolab::ui
