// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"
#include "core/store/records.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <filesystem>
#include <map>
#include <optional>

namespace boolab::ui
{

class JobLauncher;
class StoreQueue;

/// Starts jobs and tells which run in the experiment database is theirs. GUI thread; never waits.
class JobCenter : public QObject
{
    Q_OBJECT

public:
    JobCenter(std::filesystem::path cli, std::filesystem::path database, StoreQueue& store,
              QObject* parent = nullptr);

    void launch(const boolab::Job& job);
    /// A finetuning goes on from its last checkpoint; any other job starts again.
    void resume(boolab::RunId id);
    /// A finetuning goes on from its last checkpoint to a later end.
    void extend(boolab::RunId id, std::int64_t totalSteps);

Q_SIGNALS:
    void started(const QString& what);
    void failed(const QString& message);
    void runAppeared(boolab::RunId id);

private:
    void lookForRun();
    void takeRun(RunId id);
    void takeJob(RunId id, const boolab::Job& job);

    StoreQueue& m_store;
    JobLauncher* m_launcher;
    QTimer m_look;
    QElapsedTimer m_sinceLaunch;
    std::optional<Job> m_awaited; ///< the job whose run has not shown yet
    double m_launchedAt = 0;      ///< Unix seconds
    bool m_isLooking = false;
    std::map<RunId, std::optional<std::int64_t>> m_resuming; ///< to another end, where it has one
};

} // namespace boolab::ui
