// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QListWidget>

namespace boolab::ui
{

/// The window's pages, one below the other, with icons in the palette's colours.
class NavigationList : public QListWidget
{
    Q_OBJECT

public:
    explicit NavigationList(QWidget* parent = nullptr);
    void addPage(const QString& title, const QString& icon, const QString& toolTip);
};

} // namespace boolab::ui
