// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/layer_name.h"

#include <algorithm>

#include <QCoreApplication>
#include <QStringList>

namespace boolab::ui
{

LayerName LayerName::from(const std::string& name)
{
    LayerName result;
    result.full = QString::fromStdString(name);
    const QStringList pieces = result.full.split(QLatin1Char('.'));
    for (const QString& piece : pieces) {
        bool isNumber = false;
        const int number = piece.toInt(&isNumber);
        if (isNumber && result.block < 0) result.block = number;
    }
    result.part = pieces.last();
    return result;
}

QString LayerName::spoken() const
{
    if (block < 0) return full;
    return QCoreApplication::translate("LayerName", "block %1, %2").arg(block).arg(part);
}

std::vector<LayerName> layerNamesFrom(const std::vector<std::string>& names)
{
    std::vector<LayerName> result;
    result.reserve(names.size());
    for (const std::string& name : names)
        result.push_back(LayerName::from(name));
    return result;
}

std::vector<QString> partsOf(const std::vector<LayerName>& names)
{
    std::vector<QString> parts;
    for (const LayerName& name : names)
        if (std::ranges::find(parts, name.part) == parts.end()) parts.push_back(name.part);
    return parts;
}

} // namespace boolab::ui
