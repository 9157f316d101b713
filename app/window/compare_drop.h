// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <QObject>
#include <QTimer>
#include <vector>

class QListWidget;

namespace boolab::ui
{

/// Lets runs be dropped onto one row of the navigation list; held over it for a moment they open its page.
class CompareDrop : public QObject
{
    Q_OBJECT

public:
    CompareDrop(QListWidget* navigation, int row);

Q_SIGNALS:
    void dropped(const std::vector<boolab::RunId>& ids);
    void hovered();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    bool isOverRow(const QPoint& place) const;

    QListWidget* m_navigation;
    int m_row;
    QTimer m_hover;
};

} // namespace boolab::ui
