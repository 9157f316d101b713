// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/job_form_field.h"

#include <QAbstractButton>
#include <QDir>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>

#include "widgets/base/text_look.h"
#include "widgets/pages/make_option_editor.h"

namespace boolab::ui
{

namespace
{

constexpr int kLabelWidth = 180;
constexpr int kLabelGap = 12;

QString withoutMnemonics(const std::string& label)
{
    return QString::fromStdString(label).replace(QLatin1Char('&'), QLatin1String("&&"));
}

} // namespace

QGridLayout* layOutAsField(QWidget* field, QLabel* label)
{
    auto* grid = new QGridLayout(field);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(kLabelGap);
    grid->setVerticalSpacing(2);
    grid->setColumnMinimumWidth(0, kLabelWidth);
    grid->setColumnStretch(1, 1);
    label->setFixedWidth(kLabelWidth);
    label->setWordWrap(true);
    grid->addWidget(label, 0, 0);
    return grid;
}

JobFormField::JobFormField(const OptionSpec& option, QWidget* parent)
    : QWidget(parent), m_option(option), m_editor(makeOptionEditor(option, this)),
      m_label(new QLabel(withoutMnemonics(option.label), this)),
      m_help(new QLabel(QString::fromStdString(option.help), this)), m_problem(new QLabel(this))
{
    const QString key = QString::fromStdString(option.key);
    QWidget* input = m_editor->input();
    input->setObjectName(key);
    input->setAccessibleName(QString::fromStdString(option.label));
    m_problem->setObjectName(key + QStringLiteral("_problem"));
    m_help->setObjectName(key + QStringLiteral("_help"));
    m_label->setBuddy(input);
    setText(editorText(option.defaultValue));
    layOut();
    showHelp();
    colorTexts();
    connect(m_editor, &OptionEditor::edited, this, &JobFormField::edited);
    connect(m_editor, &OptionEditor::moreDropped, this, &JobFormField::moreDropped);
}

void JobFormField::layOut()
{
    auto* grid = layOutAsField(this, m_label);
    if (m_option.type == OptionType::Switch) {
        m_label->hide();                                         // the box says it itself
        grid->setColumnMinimumWidth(0, kLabelWidth + kLabelGap); // an empty column has no gap of its own
    }
    grid->addWidget(m_editor, 0, 1);
    grid->addWidget(m_problem, 1, 1);
    grid->addWidget(m_help, 2, 1);
    for (QLabel* line : {m_help, m_problem}) {
        line->setWordWrap(true);
        line->setMinimumWidth(1); // an endless word must not widen the form
        line->setTextFormat(Qt::PlainText);
        setTextScale(line, kHelpScale);
    }
    m_help->setVisible(!m_help->text().isEmpty());
    m_problem->hide();
}

QString JobFormField::text() const
{
    return m_editor->text();
}

void JobFormField::setText(const QString& text)
{
    if (text != m_editor->text()) m_editor->setText(text);
}

Result<nlohmann::json> JobFormField::value() const
{
    QString shown = text();
    if (m_option.type != OptionType::Text) shown = shown.trimmed();
    if (shown.isEmpty()) return nlohmann::json();
    if (m_option.type == OptionType::Path &&
        (shown == QLatin1String("~") || shown.startsWith(QLatin1String("~/"))))
        shown.replace(0, 1, QDir::homePath());
    return parseValue(m_option, shown.toStdString());
}

void JobFormField::showProblem(const QString& problem)
{
    if (problem == m_problemText) return;
    m_problemText = problem;
    m_problem->setText(wrappable(problem));
    m_problem->setVisible(!problem.isEmpty());
    showHelp();
}

void JobFormField::setUnused(const QString& reason)
{
    if (reason == m_unusedReason) return;
    m_unusedReason = reason;
    m_editor->setEnabled(reason.isEmpty());
    m_label->setEnabled(reason.isEmpty());
    showHelp();
}

void JobFormField::showHelp()
{
    const QString help = QString::fromStdString(m_option.help);
    m_help->setText(isUnused() ? m_unusedReason : help);
    const QString flag = m_option.positional()
                             ? QString()
                             : tr("On the command line: %1").arg(QString::fromStdString(m_option.flag));
    input()->setToolTip(isUnused() ? m_unusedReason : flag);
    m_editor->setToolTip(m_unusedReason); // a locked input shows none of its own
    QStringList spoken{m_problemText, m_unusedReason, help};
    spoken.removeAll(QString());
    input()->setAccessibleDescription(spoken.join(QLatin1Char(' ')));
}

void JobFormField::setMnemonic(QChar letter)
{
    QString label = withoutMnemonics(m_option.label);
    label.insert(label.indexOf(letter, 0, Qt::CaseInsensitive), QLatin1Char('&'));
    if (auto* button = qobject_cast<QAbstractButton*>(input()))
        button->setText(label);
    else
        m_label->setText(label);
}

QWidget* JobFormField::input() const
{
    return m_editor->input();
}

void JobFormField::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) colorTexts();
}

void JobFormField::colorTexts()
{
    setTextColor(m_help, quietTextColor(palette()));
    setTextColor(m_problem, badTextColor(palette()));
}

} // namespace boolab::ui
