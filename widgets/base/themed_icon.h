// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QIcon>
#include <QPalette>

namespace boolab::ui
{

/// A line drawing of resources/icons ("welcome", "model", …) in the palette's text colour, and in its
/// highlighted text colour where selected.
QIcon themedIcon(const QString& name, const QPalette& palette);
/// The program's own picture.
QIcon applicationIcon();

} // namespace boolab::ui
