// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPalette>
#include <QString>
#include <optional>

namespace boolab::ui
{

enum class Theme { System, Light, Dark };

QString themeName(Theme theme); ///< "system", "light", "dark"
std::optional<Theme> themeFromName(const QString& name);

QPalette lightPalette();
QPalette darkPalette();
/// Installs the style and the theme's palette. System follows whether the desktop is light or dark. Needs a
/// QApplication; may be called again at any time.
void applyTheme(Theme theme);

} // namespace boolab::ui
