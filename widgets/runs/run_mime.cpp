// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_mime.h"

#include <QMimeData>

namespace boolab::ui
{

QMimeData* mimeDataOf(const std::vector<RunId>& ids)
{
    QByteArrayList numbers;
    for (const RunId id : ids)
        numbers << QByteArray::number(static_cast<qlonglong>(id));
    auto* data = new QMimeData;
    data->setData(QLatin1String(kRunsMimeType), numbers.join(','));
    return data;
}

std::vector<RunId> runsIn(const QMimeData& data)
{
    std::vector<RunId> ids;
    for (const QByteArray& number : data.data(QLatin1String(kRunsMimeType)).split(',')) {
        bool isNumber = false;
        const RunId id = number.toLongLong(&isNumber);
        if (!isNumber || id <= 0) return {};
        ids.push_back(id);
    }
    return ids;
}

} // namespace boolab::ui
