// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/bits_text.h"

#include "core/base/json_field.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace boolab::ui
{

namespace
{

QString bits(double value)
{
    return QString::number(value, 'f', 2);
}

QString size(double bytes)
{
    return QLocale::c().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat);
}

} // namespace

HonestBits HonestBits::from(const nlohmann::json& json, double kernels)
{
    for (const char* key : {"kernels", "max_kernels"})
        if (kernels <= 0) kernels = numberAt(json, key).value_or(0);
    return {numberAt(json, "bits_per_weight").value_or(0), numberAt(json, "bits_per_weight_all").value_or(0),
            numberAt(json, "file_bytes").value_or(0), kernels};
}

QString HonestBits::text() const
{
    QStringList parts;
    const auto words = [](const char* text) { return QCoreApplication::translate("HonestBits", text); };
    if (perWeight > 0 && kernels > 0) parts << words("K = %1").arg(QString::number(kernels, 'g', 3));
    if (perWeight > 0) parts << words("%1 bits per weight with scales").arg(bits(perWeight));
    if (perWeightAll > 0) parts << words("%1 over the whole file").arg(bits(perWeightAll));
    if (fileBytes > 0) parts << size(fileBytes);
    return parts.join(QStringLiteral(" · "));
}

QString HonestBits::shortText() const
{
    QStringList parts;
    if (perWeight > 0 && kernels > 0) parts << QStringLiteral("K %1").arg(QString::number(kernels, 'g', 3));
    if (perWeight > 0) parts << bits(perWeight);
    if (perWeightAll > 0) parts << bits(perWeightAll);
    if (fileBytes > 0) parts << size(fileBytes);
    return parts.join(QStringLiteral(" · "));
}

} // namespace boolab::ui
