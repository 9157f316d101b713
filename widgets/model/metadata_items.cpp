// SPDX-License-Identifier: Apache-2.0
#include "widgets/model/metadata_items.h"

#include "core/base/json_field.h"
#include "core/jobs/text_format.h"

#include <QCoreApplication>
#include <nlohmann/json.hpp>

namespace boolab::ui
{

namespace
{

constexpr int kLongestLine = 160;

QString tr(const char* text)
{
    return QCoreApplication::translate("MetadataItems", text);
}

bool isShortenedList(const nlohmann::json& value)
{
    return value.is_object() && value.size() == 2 && value.contains("length") && value.contains("first");
}

QString whole(const nlohmann::json& value)
{
    if (value.is_string()) return QString::fromStdString(value.get<std::string>());
    const bool isNested = value.is_structured();
    return QString::fromStdString(
        value.dump(isNested ? 2 : -1, ' ', false, nlohmann::json::error_handler_t::replace));
}

QString oneLine(const nlohmann::json& value)
{
    if (isShortenedList(value))
        return tr("list of %1: %2 …")
            .arg(QString::fromStdString(formatCount(integerAt(value, "length"))), oneLine(value.at("first")));
    if (value.is_object()) return value.size() == 1 ? tr("1 entry") : tr("%1 entries").arg(value.size());
    QString text =
        value.is_string()
            ? QString::fromStdString(value.get<std::string>())
            : QString::fromStdString(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    text.replace(QLatin1Char('\n'), QStringLiteral("↵"));
    return text.size() > kLongestLine ? text.left(kLongestLine) + QStringLiteral("…") : text;
}

QList<QStandardItem*> rowOf(const QString& key, const nlohmann::json& value)
{
    auto* name = new QStandardItem(key);
    auto* shown = new QStandardItem(oneLine(value));
    for (QStandardItem* item : {name, shown}) {
        item->setEditable(false);
        item->setData(whole(value), kWholeValueRole);
    }
    if (value.is_object() && !isShortenedList(value))
        for (const auto& [inner, innerValue] : value.items())
            name->appendRow(rowOf(QString::fromStdString(inner), innerValue));
    return {name, shown};
}

} // namespace

void fillMetadata(QStandardItemModel& model, const nlohmann::json& metadata)
{
    model.clear();
    model.setHorizontalHeaderLabels({tr("Key"), tr("Value")});
    if (!metadata.is_array()) return;
    for (const nlohmann::json& section : metadata) {
        const nlohmann::json& values = objectAt(section, "values");
        const QString source = QString::fromStdString(textAt(section, "source"));
        const bool isWeights = source.endsWith(QLatin1String(".safetensors"));
        QList<QStandardItem*> row = rowOf(isWeights ? tr("%1, __metadata__").arg(source) : source, values);
        QFont bold = row[0]->font();
        bold.setBold(true);
        row[0]->setFont(bold);
        row[0]->setToolTip(QString::fromStdString(textAt(section, "path")));
        if (values.empty()) row[1]->setText(tr("says nothing"));
        model.appendRow(row);
    }
}

} // namespace boolab::ui
