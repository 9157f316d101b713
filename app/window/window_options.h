// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/window/page.h"
#include "core/base/error.h"
#include "widgets/base/theme.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace boolab::ui
{

/// What `boolab` was started with.
struct WindowOptions {
    std::vector<std::filesystem::path> open;
    std::filesystem::path database;
    std::optional<Theme> theme;
    std::optional<Page> page;
    QString prompt;     ///< to ask the opened models in the playground
    QString screenshot; ///< PNG to write instead of staying open
    QString chart;      ///< PNG of a run to write instead of opening
    QString run = QStringLiteral("latest");
    QString compare; ///< runs to compare at once: numbers, or a saved comparison's name
    QString text;    ///< help or version to print instead of all else
};

/// Errors are of the kind Usage.
Result<WindowOptions> parseWindowOptions(const QStringList& arguments);

} // namespace boolab::ui
