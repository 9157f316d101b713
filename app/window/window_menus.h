// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace boolab::ui
{

class MainWindow;

/// Menus and keyboard shortcuts.
void addMenus(MainWindow& window);

} // namespace boolab::ui
