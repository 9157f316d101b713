// SPDX-License-Identifier: Apache-2.0
// Colours and sizes of text that keep their contrast in light and dark palettes.
#pragma once

#include <QColor>
#include <QLabel>
#include <QPalette>

namespace boolab::ui
{

bool isDark(const QPalette& palette);
QColor goodTextColor(const QPalette& palette);
QColor badTextColor(const QPalette& palette);
QColor quietTextColor(const QPalette& palette);

/// `text` with places to wrap within long paths. For showing only.
QString wrappable(const QString& text);

/// Sets only what differs, so it may be called from changeEvent().
void setTextColor(QLabel* label, const QColor& color);
void setTextScale(QLabel* label, double factor, bool bold = false);

} // namespace boolab::ui
