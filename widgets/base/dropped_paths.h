// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include <QStringList>

class QMimeData;

namespace boolab::ui
{

/// The files of a drag or of the clipboard; empty where it carries none that lies on this machine.
std::vector<std::filesystem::path> droppedPaths(const QMimeData& data);

/// What a drag of these files carries; the caller owns it.
QMimeData* dataOfPaths(const QStringList& paths);

} // namespace boolab::ui
