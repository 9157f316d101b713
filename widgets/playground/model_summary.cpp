// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/model_summary.h"

#include "core/jobs/text_format.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

namespace boolab::ui
{

namespace
{

QString tr(const char* text)
{
    return QCoreApplication::translate("ModelSummary", text);
}

/// "K = 2", "K = 1 to 3", or that it is dense.
QString kernels(const nlohmann::json& inspection)
{
    std::int64_t least = 0, most = 0;
    for (const auto& layer : inspection.value("layers", nlohmann::json::array())) {
        const auto count = layer.value("kernels", std::int64_t{0});
        if (count == 0) continue;
        least = least == 0 ? count : std::min(least, count);
        most = std::max(most, count);
    }
    if (most == 0) return tr("Dense");
    return least == most ? tr("K = %1").arg(most) : tr("K = %1 to %2").arg(least).arg(most);
}

} // namespace

QString modelSummary(const nlohmann::json& inspection)
{
    QStringList parts{kernels(inspection)};
    if (const double bits = inspection.value("bits_per_weight", 0.0); bits > 0)
        parts << tr("%1 bits per weight").arg(QString::number(bits, 'f', 2));
    parts << QString::fromStdString(formatBytes(inspection.value("file_bytes", std::int64_t{0})));
    return parts.join(QStringLiteral(" · "));
}

} // namespace boolab::ui
