// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QRect>
#include <functional>
#include <vector>

class QLabel;
class QPushButton;

namespace boolab::ui
{

/// One stop: what it says, and what it points at.
struct TourStop {
    QString title, text;
    std::function<QRect()>
        target; ///< in the window's coordinates; asked when shown and when the window is resized
    std::function<void()> enter; ///< such as to show a page; may be empty
};

/// A card that walks over the window and explains one part after another. Enter and → go on, ← goes back, Esc
/// ends it; what lies below stays usable.
class Tour : public QFrame
{
    Q_OBJECT

public:
    explicit Tour(QWidget* window);

    void start(std::vector<TourStop> stops);
    bool isRunning() const { return isVisible(); }
    void next();
    void back();
    void end();

Q_SIGNALS:
    /// At the last stop, or when the user has had enough.
    void ended();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void show(std::size_t stop);
    void place();

    std::vector<TourStop> m_stops;
    std::size_t m_at = 0;
    QWidget* m_ring; ///< around what is spoken of
    QLabel *m_title, *m_text, *m_count;
    QPushButton *m_skip, *m_back, *m_next;
};

} // namespace boolab::ui
