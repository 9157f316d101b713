// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QPalette>

namespace boolab::ui
{

/// The ground of a token that its model held this probable: that of the text at 1, the more orange the less
/// probable, on a logarithmic scale down to 0.001. The palette's text keeps a contrast of 4.5:1 on it.
QColor tokenShade(double probability, const QPalette& palette);
/// The ground of the place where answers part, and the text on it.
QColor differenceGround(const QPalette& palette);
QColor differenceText(const QPalette& palette);

} // namespace boolab::ui
