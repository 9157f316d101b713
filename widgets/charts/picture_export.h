// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <QString>

class QImage;
class QWidget;

namespace boolab::ui
{

/// A painted chart as it stands: .svg by the name's ending, else .png at twice the size on screen.
Status exportPicture(QWidget& chart, const QString& title, const QString& file);
/// A picture as PNG, pixel by pixel.
Status exportImage(const QImage& image, const QString& file);
Status writeText(const QString& text, const QString& file);

} // namespace boolab::ui
