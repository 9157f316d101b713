// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/playground_parameters.h"

#include "widgets/pages/make_option_editor.h"

#include <QGridLayout>
#include <QLabel>
#include <algorithm>

namespace boolab::ui
{

namespace
{

constexpr int kInputWidth = 84;

/// By rows of the grid; a switch takes the place of a label and its input.
const std::vector<std::vector<const char*>> kRows = {
    {"tokens", "temperature"}, {"top_k", "top_p"}, {"seed", "chat"}, {"runtime", "device"}};

bool isFlag(const std::string& key)
{
    return key == "runtime" || key == "device";
}

} // namespace

PlaygroundParameters::PlaygroundParameters(QWidget* parent) : QWidget(parent)
{
    const JobSpec& spec = jobSpec(JobKind::Generate);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(4);
    for (int row = 0; row < static_cast<int>(kRows.size()); ++row) {
        int place = 0;
        for (const char* key : kRows[static_cast<std::size_t>(row)]) {
            OptionSpec& option = m_options.emplace_back(*spec.find(key));
            option.unit.clear();
            auto* editor = makeOptionEditor(option, this);
            QWidget* input = editor->input();
            input->setObjectName(QStringLiteral("playground_") + QLatin1String(key));
            input->setAccessibleName(QString::fromStdString(option.label));
            input->setToolTip(QString::fromStdString(option.help));
            editor->setText(editorText(option.defaultValue));
            connect(editor, &OptionEditor::edited, this, &PlaygroundParameters::edited);
            if (option.type != OptionType::Switch) {
                input->setMinimumWidth(0);
                input->setFixedWidth(kInputWidth);
                auto* label = new QLabel(QString::fromStdString(option.label));
                label->setBuddy(input);
                label->setToolTip(input->toolTip());
                grid->addWidget(label, row, place);
            }
            if (option.type == OptionType::Switch)
                grid->addWidget(editor, row, place, 1, 2);
            else
                grid->addWidget(editor, row, place + 1);
            m_fields.push_back({&option, editor});
            place += 2;
        }
    }
}

Result<nlohmann::json> PlaygroundParameters::valueOf(const Field& field) const
{
    const std::string text = field.editor->text().trimmed().toStdString();
    if (text.empty()) return field.option->defaultValue;
    auto value = parseValue(*field.option, text);
    if (!value)
        return fail(value.error().code, field.option->label + ": " + value.error().message,
                    value.error().hint);
    return value;
}

Result<nlohmann::json> PlaygroundParameters::request() const
{
    nlohmann::json request = nlohmann::json::object();
    for (const Field& field : m_fields) {
        if (isFlag(field.option->key)) continue;
        auto value = valueOf(field);
        if (!value) return value;
        request[field.option->key] = std::move(*value);
    }
    return request;
}

Result<QStringList> PlaygroundParameters::flags() const
{
    QStringList flags;
    for (const Field& field : m_fields) {
        if (!isFlag(field.option->key)) continue;
        const auto value = valueOf(field);
        if (!value) return std::unexpected(value.error());
        flags << QString::fromStdString(field.option->flag);
        flags << QString::fromStdString(value->get<std::string>());
    }
    return flags;
}

void PlaygroundParameters::set(const nlohmann::json& request)
{
    for (const Field& field : m_fields)
        if (!isFlag(field.option->key) && request.contains(field.option->key))
            field.editor->setText(editorText(request[field.option->key]));
}

} // namespace boolab::ui
