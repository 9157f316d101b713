// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

class QWidget;

namespace boolab::ui
{

/// Asks where to save; empty when the user changed their mind. Tests answer beforehand, so that no dialog
/// blocks them.
QString askSaveFile(QWidget* parent, const QString& title, const QString& suggestion, const QString& filter);
void setNextSaveFile(const QString& file);

} // namespace boolab::ui
