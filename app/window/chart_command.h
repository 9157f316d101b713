// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <QString>
#include <filesystem>

namespace boolab::ui
{

/// `boolab --chart-png FILE --run RUN`: draws a run of the database; RUN is "latest", "latest-finetune" or a
/// number.
Status writeChart(const std::filesystem::path& database, const QString& run, const QString& pngFile);

} // namespace boolab::ui
