// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/job_form_fields.h"

#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/base/text_look.h"
#include "widgets/pages/job_form_field.h"
#include "widgets/pages/more_models.h"

namespace boolab::ui
{

namespace
{

/// Letters that the form's buttons and the window's menus use.
const QString kTakenLetters = QStringLiteral("cmsfevh");

/// The first letter of the label's words that is still free, else any; null where none is.
QChar freeLetter(const QString& label, const QString& taken)
{
    const auto isFree = [&](QChar c) {
        return c >= QLatin1Char('a') && c <= QLatin1Char('z') && !taken.contains(c);
    };
    for (const bool wordStarts : {true, false})
        for (qsizetype i = 0; i < label.size(); ++i) {
            const QChar c = label[i].toLower();
            // setMnemonic() marks the letter's first occurrence.
            const bool first = label.indexOf(c, 0, Qt::CaseInsensitive) == i;
            if (first && isFree(c) && (!wordStarts || i == 0 || label[i - 1].isSpace())) return c;
        }
    return {};
}

void giveMnemonics(const std::vector<JobFormField*>& fields)
{
    QString taken = kTakenLetters;
    for (JobFormField* field : fields) {
        const QChar letter = freeLetter(QString::fromStdString(field->option().label), taken);
        if (letter.isNull()) continue;
        field->setMnemonic(letter);
        taken += letter;
    }
}

std::vector<const OptionSpec*> optionsOf(const JobSpec& spec, bool advanced)
{
    std::vector<const OptionSpec*> options;
    for (const auto* list : {&spec.options, &commonOptions()})
        for (const OptionSpec& option : *list)
            if (option.advanced == advanced) options.push_back(&option);
    return options;
}

} // namespace

JobFormFields::JobFormFields(const JobSpec& spec, QWidget* parent)
    : QWidget(parent), m_more(new QToolButton), m_advanced(new QWidget)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 12, 12);
    column->setSpacing(10);
    addSections(column, spec, false);
    m_more->setObjectName(QStringLiteral("more"));
    m_more->setCheckable(true);
    m_more->setAutoRaise(true);
    m_more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_more->setFocusPolicy(Qt::StrongFocus);
    column->addWidget(m_more);
    column->addWidget(m_advanced);
    column->addStretch(1);
    auto* advanced = new QVBoxLayout(m_advanced);
    advanced->setContentsMargins(0, 0, 0, 0);
    advanced->setSpacing(10);
    addSections(advanced, spec, true);
    giveMnemonics(m_fields);
    setChangedAdvanced(0);
    fold(true);
    connect(m_more, &QToolButton::toggled, this, [this](bool on) { fold(!on); });
}

void JobFormFields::addSections(QVBoxLayout* column, const JobSpec& spec, bool advanced)
{
    const auto options = optionsOf(spec, advanced);
    std::vector<std::string> groups;
    for (const OptionSpec* option : options)
        if (std::ranges::find(groups, option->group) == groups.end()) groups.push_back(option->group);
    for (const std::string& group : groups) {
        auto* heading = new QLabel(QString::fromStdString(group));
        setTextScale(heading, 1.1, true);
        heading->setContentsMargins(0, 6, 0, 0);
        column->addWidget(heading);
        for (const OptionSpec* option : options)
            if (option->group == group) {
                addField(column, *option);
                if (spec.kind == JobKind::Evaluate && option->key == "model") addMoreModels(column);
            }
    }
}

void JobFormFields::addField(QVBoxLayout* column, const OptionSpec& option)
{
    auto* field = new JobFormField(option);
    column->addWidget(field);
    m_fields.push_back(field);
    connect(field, &JobFormField::edited, this,
            [this, key = QString::fromStdString(option.key)] { Q_EMIT edited(key); });
}

void JobFormFields::addMoreModels(QVBoxLayout* column)
{
    m_moreModels = new MoreModels;
    column->addWidget(m_moreModels);
    connect(m_fields.back(), &JobFormField::moreDropped, m_moreModels, &MoreModels::add);
    connect(m_moreModels, &MoreModels::changed, this, &JobFormFields::moreModelsChanged);
}

JobFormField* JobFormFields::find(std::string_view key) const
{
    const auto found =
        std::ranges::find_if(m_fields, [&](const JobFormField* field) { return field->option().key == key; });
    return found == m_fields.end() ? nullptr : *found;
}

int JobFormFields::leastWidth() const
{
    int widest = 0;
    for (const JobFormField* field : m_fields)
        widest = std::max(widest, field->minimumSizeHint().width());
    const QMargins around = layout()->contentsMargins();
    return widest + around.left() + around.right();
}

void JobFormFields::setChangedAdvanced(int count)
{
    m_more->setText(count == 0 ? tr("&More options") : tr("&More options (%1 changed)").arg(count));
}

void JobFormFields::unfold()
{
    m_more->setChecked(true);
}

void JobFormFields::fold(bool folded)
{
    m_more->setArrowType(folded ? Qt::RightArrow : Qt::DownArrow);
    m_advanced->setVisible(!folded);
}

} // namespace boolab::ui
