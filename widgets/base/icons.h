// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>

namespace boolab::ui
{

/// resources/icons/NAME.svg, its black strokes in `color`.
QPixmap iconPixmap(const QString& name, const QColor& color, int size, double devicePixelRatio = 1.0);
QIcon applicationIcon();

} // namespace boolab::ui
