// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <vector>

class QMimeData;

namespace boolab::ui
{

/// How runs are dragged between the window's parts: their numbers, nothing else.
inline constexpr const char* kRunsMimeType = "application/x-boolab-runs";

QMimeData* mimeDataOf(const std::vector<RunId>& ids);
/// Empty where there are none, or the data is damaged.
std::vector<RunId> runsIn(const QMimeData& data);

} // namespace boolab::ui
