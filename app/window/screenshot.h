// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace boolab::ui
{

class MainWindow;

/// `boolab --screenshot FILE`: shows the window at 1280 x 800, writes it once it is loaded and ends the event
/// loop with 0, or with 1 where the file cannot be written.
void takeScreenshot(MainWindow& window, const QString& pngFile);

} // namespace boolab::ui
