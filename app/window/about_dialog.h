// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

namespace boolab::ui
{

/// Keyboard shortcuts, and what this program is made of.
class AboutDialog : public QDialog
{
    Q_OBJECT

public:
    explicit AboutDialog(QWidget* parent);
};

} // namespace boolab::ui
