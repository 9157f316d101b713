// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/dropped_paths.h"

#include <QFile>
#include <QMimeData>
#include <QUrl>

namespace boolab::ui
{

std::vector<std::filesystem::path> droppedPaths(const QMimeData& data)
{
    std::vector<std::filesystem::path> paths;
    for (const QUrl& url : data.urls())
        if (url.isLocalFile()) paths.emplace_back(QFile::encodeName(url.toLocalFile()).toStdString());
    return paths;
}

QMimeData* dataOfPaths(const QStringList& paths)
{
    QList<QUrl> urls;
    for (const QString& path : paths)
        urls.append(QUrl::fromLocalFile(path));
    auto* data = new QMimeData;
    data->setUrls(urls);
    return data;
}

} // namespace boolab::ui
