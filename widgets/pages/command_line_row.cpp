// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/command_line_row.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>

namespace boolab::ui
{

namespace
{

constexpr int kShownLines = 3;
constexpr int kCopiedMs = 1500;

QString copyText()
{
    return CommandLineRow::tr("&Copy as command");
}

} // namespace

CommandLineRow::CommandLineRow(QWidget* parent)
    : QWidget(parent), m_text(new QPlainTextEdit), m_copy(new QPushButton(copyText()))
{
    m_text->setObjectName(QStringLiteral("command"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setAccessibleName(tr("The command that does the same"));
    const int margins = 2 * (m_text->frameWidth() + qRound(m_text->document()->documentMargin()));
    m_text->setFixedHeight(kShownLines * m_text->fontMetrics().lineSpacing() + margins + 2);
    m_copy->setObjectName(QStringLiteral("copy"));
    m_copy->setToolTip(tr("Put the command on the clipboard, quoted for a shell"));
    m_copy->setMinimumWidth(m_copy->sizeHint().width()); // "Copied" must not move the row
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_text, 1);
    row->addWidget(m_copy, 0, Qt::AlignTop);
    connect(m_copy, &QPushButton::clicked, this, &CommandLineRow::copy);
}

void CommandLineRow::setCommand(const QString& command)
{
    if (command == m_command) return;
    m_command = command;
    m_text->setPlainText(command);
}

void CommandLineRow::copy()
{
    QGuiApplication::clipboard()->setText(m_command);
    m_copy->setText(tr("Copied"));
    QTimer::singleShot(kCopiedMs, this, [this] { m_copy->setText(copyText()); });
}

} // namespace boolab::ui
