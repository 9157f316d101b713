// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStatusBar>

namespace boolab::ui
{

/// A status bar whose messages never end in the middle of a letter: what has no room ends in "…", and the
/// tooltip has all of it.
class StatusLine : public QStatusBar
{
    Q_OBJECT

public:
    explicit StatusLine(QWidget* parent = nullptr);
    /// The message as far as it has room.
    QString shownMessage() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QRect messagePlace() const;
    void tellWhole();
};

} // namespace boolab::ui
