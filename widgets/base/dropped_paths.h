// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

class QMimeData;

namespace boolab::ui
{

/// The files of a drag or of the clipboard; empty where it carries none that lies on this machine.
std::vector<std::filesystem::path> droppedPaths(const QMimeData& data);

} // namespace boolab::ui
