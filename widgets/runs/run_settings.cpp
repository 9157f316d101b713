// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_settings.h"

#include "core/jobs/job.h"
#include "core/store/live_settings.h"
#include "widgets/charts/chart_ticks.h"
#include "widgets/pages/make_option_editor.h"

#include <algorithm>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace boolab::ui
{
namespace
{

/// The metric in which a run tells where an option's schedule has come to.
const std::map<std::string, std::string> kSchedules{
    {"learning_rate", "learning_rate"}, {"bool_cap", "cap"}, {"bool_lr", "bool_learning_rate"}};

nlohmann::json valueOf(const RunRecord& run, const OptionSpec& option)
{
    const auto job = Job::fromJson(run.job, "job");
    if (!job) return option.defaultValue;
    return option.type == OptionType::Integer ? nlohmann::json(job->integer(option.key))
                                              : nlohmann::json(job->real(option.key));
}

} // namespace

RunSettings::RunSettings(QWidget* parent)
    : QWidget(parent), m_apply(new QPushButton(tr("&Apply"))), m_close(new QPushButton(tr("Close")))
{
    setObjectName(QStringLiteral("runSettings"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 2, 0, 2);
    auto* buttons = new QVBoxLayout;
    buttons->addWidget(m_apply);
    buttons->addWidget(m_close);
    buttons->addStretch(1);
    row->addStretch(1);
    row->addLayout(buttons);
    m_apply->setToolTip(tr("Takes the new values over after the step at hand; the charts mark the step."));
    connect(m_apply, &QPushButton::clicked, this, &RunSettings::apply);
    connect(m_close, &QPushButton::clicked, this, &RunSettings::closed);
}

void RunSettings::makeFields()
{
    const auto options = liveOptions(m_run);
    if (m_box != nullptr && std::ranges::equal(options, m_fields, {}, {}, &Field::option)) return;
    m_fields.clear();
    delete m_box;
    m_box = new QWidget;
    auto* grid = new QGridLayout(m_box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(2);
    int column = 0;
    for (const OptionSpec* option : options) {
        auto* label = new QLabel(QString::fromStdString(option->label));
        auto* note = new QLabel;
        note->setTextFormat(Qt::PlainText);
        note->setWordWrap(true);
        auto* editor = makeOptionEditor(*option, m_box);
        label->setBuddy(editor->input());
        editor->input()->setAccessibleName(label->text());
        editor->setToolTip(QString::fromStdString(option->help));
        grid->addWidget(label, 0, column);
        grid->addWidget(editor, 1, column);
        grid->addWidget(note, 2, column);
        grid->setColumnStretch(column++, 1);
        m_fields.push_back({option, editor, note, {}, {}, {}});
        connect(editor, &OptionEditor::edited, this, &RunSettings::check);
    }
    qobject_cast<QHBoxLayout*>(layout())->insertWidget(0, m_box, 10);
}

void RunSettings::update(const RunUpdate& update)
{
    const bool isOther = update.run.id != m_run.id;
    m_run = update.run;
    makeFields();
    takeSettings(update);
    for (Field& field : m_fields) {
        const auto schedule = kSchedules.find(field.option->key);
        if (isOther) field.now.reset();
        if (schedule == kSchedules.end()) continue;
        for (const auto& [name, points] : update.metrics)
            if (name == schedule->second && !points.empty()) field.now = points.back().value;
    }
    if (isOther)
        for (const Field& field : m_fields)
            field.editor->setText(editorText(field.inForce));
    check();
}

void RunSettings::takeSettings(const RunUpdate& update)
{
    for (Field& field : m_fields) {
        field.inForce = valueOf(m_run, *field.option);
        field.asked = nullptr;
        for (const RunSetting& setting : update.settings) {
            if (setting.key != field.option->key) continue;
            if (setting.takenStep) field.inForce = setting.value;
            field.asked = setting.takenStep ? nlohmann::json() : setting.value;
        }
    }
}

void RunSettings::open()
{
    for (const Field& field : m_fields)
        field.editor->setText(editorText(field.asked.is_null() ? field.inForce : field.asked));
    check();
    show();
    if (!m_fields.empty()) m_fields.front().editor->input()->setFocus();
}

std::optional<nlohmann::json> RunSettings::changed(const Field& field) const
{
    const auto value = parseValue(*field.option, field.editor->text().trimmed().toStdString());
    const nlohmann::json& last = field.asked.is_null() ? field.inForce : field.asked;
    if (!value || *value == last) return std::nullopt;
    return *value;
}

void RunSettings::showNote(const Field& field) const
{
    const auto value = parseValue(*field.option, field.editor->text().trimmed().toStdString());
    QPalette colors = palette();
    if (!value) {
        colors.setColor(QPalette::WindowText, palette().color(QPalette::Base).lightness() < 128
                                                  ? QColor(0xff8c42)
                                                  : QColor(0xb03000));
        field.note->setPalette(colors);
        field.note->setText(QString::fromStdString(value.error().message));
        return;
    }
    QString text = tr("In force: %1").arg(editorText(field.inForce));
    if (field.now) text += tr(", by the schedule now %1").arg(valueText(*field.now));
    if (!field.asked.is_null()) text += tr(" · asked for: %1").arg(editorText(field.asked));
    field.note->setPalette(colors);
    field.note->setText(text);
}

void RunSettings::check()
{
    bool isValid = true, isChanged = false;
    for (const Field& field : m_fields) {
        isValid &= parseValue(*field.option, field.editor->text().trimmed().toStdString()).has_value();
        isChanged |= changed(field).has_value();
        showNote(field);
    }
    m_apply->setEnabled(isValid && isChanged);
}

void RunSettings::apply()
{
    for (Field& field : m_fields)
        if (const auto value = changed(field)) {
            field.asked = *value; // until the database tells
            Q_EMIT changeRequested(QString::fromStdString(field.option->key), *value);
        }
    check();
}

OptionEditor* RunSettings::editor(const std::string& key) const
{
    const auto found =
        std::ranges::find_if(m_fields, [&](const Field& field) { return field.option->key == key; });
    return found == m_fields.end() ? nullptr : found->editor;
}

QString RunSettings::note(const std::string& key) const
{
    const auto found =
        std::ranges::find_if(m_fields, [&](const Field& field) { return field.option->key == key; });
    return found == m_fields.end() ? QString() : found->note->text();
}

} // namespace boolab::ui
