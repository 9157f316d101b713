// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

class QWidget;

namespace boolab::ui
{

enum class PickPath { ExistingFile, ExistingFolder, NewFolder, AnyFile };

/// Asks for a file or folder; empty when the user changed their mind. Tests answer beforehand, so that no
/// dialog blocks them.
QString pickPath(QWidget* parent, const QString& title, PickPath what, const QString& start);
void setNextPickedPath(const QString& path);

} // namespace boolab::ui
