// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/bits_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace boolab::ui
{

namespace
{

double numberIn(const nlohmann::json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_number() ? found->get<double>() : 0;
}

QString bits(double value)
{
    return QString::number(value, 'f', 2);
}

QString size(double bytes)
{
    return QLocale::c().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat);
}

} // namespace

HonestBits HonestBits::from(const nlohmann::json& json)
{
    if (!json.is_object()) return {};
    return {numberIn(json, "bits_per_weight"), numberIn(json, "bits_per_weight_all"),
            numberIn(json, "file_bytes")};
}

QString HonestBits::text() const
{
    QStringList parts;
    const auto words = [](const char* text) { return QCoreApplication::translate("HonestBits", text); };
    if (perWeight > 0) parts << words("%1 bits per weight with scales").arg(bits(perWeight));
    if (perWeightAll > 0) parts << words("%1 over the whole file").arg(bits(perWeightAll));
    if (fileBytes > 0) parts << size(fileBytes);
    return parts.join(QStringLiteral(" · "));
}

QString HonestBits::shortText() const
{
    QStringList parts;
    if (perWeight > 0) parts << bits(perWeight);
    if (perWeightAll > 0) parts << bits(perWeightAll);
    if (fileBytes > 0) parts << size(fileBytes);
    return parts.join(QStringLiteral(" · "));
}

} // namespace boolab::ui
