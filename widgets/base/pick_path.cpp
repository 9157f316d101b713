// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/pick_path.h"

#include <QFileDialog>
#include <optional>
#include <utility>

namespace boolab::ui
{

namespace
{

std::optional<QString>& nextPath()
{
    static std::optional<QString> path;
    return path;
}

} // namespace

QString pickPath(QWidget* parent, const QString& title, PickPath what, const QString& start)
{
    if (nextPath()) return *std::exchange(nextPath(), std::nullopt);
    switch (what) {
    case PickPath::ExistingFile:
        return QFileDialog::getOpenFileName(parent, title, start);
    case PickPath::ExistingFolder:
        return QFileDialog::getExistingDirectory(parent, title, start);
    case PickPath::NewFolder:
        return QFileDialog::getSaveFileName(parent, title, start, {}, nullptr,
                                            QFileDialog::DontConfirmOverwrite);
    case PickPath::AnyFile:
        return QFileDialog::getSaveFileName(parent, title, start, {}, nullptr,
                                            QFileDialog::DontConfirmOverwrite);
    }
    return {};
}

void setNextPickedPath(const QString& path)
{
    nextPath() = path;
}

} // namespace boolab::ui
