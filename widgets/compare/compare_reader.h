// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/base/background.h"
#include "widgets/compare/compare_data.h"

#include <filesystem>

#include <QTimer>

namespace boolab::ui
{

/// Reads the runs of the tray in a thread of its own: at once when it is asked for others, and again when
/// something was written while it is active. Signals come on the thread of this object.
class CompareReader : public QObject
{
    Q_OBJECT

public:
    explicit CompareReader(std::filesystem::path database, QObject* parent = nullptr);
    ~CompareReader() override;

    /// The runs, and the metrics whose curves are wanted.
    void setRuns(const std::vector<RunId>& runs);
    void setMetrics(const std::set<std::string>& metrics);
    /// Looks for what is new about once a second.
    void setActive(bool active);
    /// Saved comparisons follow by a reading.
    void save(const SavedComparison& comparison);
    void removeSaved(const QString& name);
    /// Of what was asked for; looking whether there is anything new does not count.
    bool isReading() const { return m_asked != m_answered; }

Q_SIGNALS:
    void read(const boolab::ui::CompareDataPtr& data);
    void saved(const QString& name);
    void failed(const QString& text);

private:
    struct State;
    struct Answer;
    void look();
    void lookForNew();
    void take(const Answer& answer);

    std::shared_ptr<State> m_state; ///< touched by the thread alone
    std::vector<RunId> m_runs;
    std::set<std::string> m_metrics;
    QTimer m_timer;
    int m_asked = 0, m_answered = 0;
    bool m_isLooking = false;
    QString m_lastError;
    Background m_background; ///< last: goes first, and waits for its work
};

} // namespace boolab::ui
