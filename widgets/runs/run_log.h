// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <deque>

#include <QTimer>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QPlainTextEdit;

namespace boolab::ui
{

/// The tail of a run's log. Follows new lines unless the user has scrolled up; long logs come in portions, so
/// that they never hold up the window.
class RunLog : public QWidget
{
    Q_OBJECT

public:
    explicit RunLog(QWidget* parent = nullptr);
    void clear();
    void append(const std::vector<LogLine>& lines);
    /// What stands there now, as it would be copied.
    QString text() const;

private:
    bool passes(const LogLine& line) const;
    void showAgain();
    void writePortion();

    std::deque<LogLine> m_lines; ///< all that is kept, whatever the filter
    std::size_t m_written = 0;   ///< of m_lines, into m_view
    QPlainTextEdit* m_view;
    QComboBox* m_level;
    QCheckBox* m_follow;
    QTimer m_writer;
};

} // namespace boolab::ui
