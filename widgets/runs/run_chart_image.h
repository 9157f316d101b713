// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <filesystem>

#include <QString>

namespace boolab::ui
{

/// Draws one run (loss, flip rate, per-layer figures, its name and results) as a 1400 x 900 PNG. Needs a
/// QApplication (any platform, "offscreen" too). False: `error` says why.
bool writeRunChart(const std::filesystem::path& database, boolab::RunId run, const QString& pngFile,
                   QString* error);

} // namespace boolab::ui
