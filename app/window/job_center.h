// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"
#include "core/store/records.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>
#include <QTimer>
#include <deque>
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

    /// Where a run works on the job's device already, the new one waits for its turn.
    void launch(const boolab::Job& job, const QStringList& moreModels = {});
    /// A finetuning goes on from its last checkpoint; any other job starts again.
    void resume(boolab::RunId id);
    /// A finetuning goes on from its last checkpoint to a later end.
    void extend(boolab::RunId id, std::int64_t totalSteps);

Q_SIGNALS:
    void started(const QString& what);
    void queued(const QString& behind); ///< started, but to wait for this run
    void failed(const QString& message);
    void runAppeared(boolab::RunId id);

private:
    void startNext(RunId ahead, const QString& name);
    void lookForRun();
    void takeRun(RunId id);
    void takeJob(RunId id, const boolab::Job& job);

    StoreQueue& m_store;
    JobLauncher* m_launcher;
    QTimer m_look;
    QElapsedTimer m_sinceLaunch;
    struct Start {
        Job job;
        QStringList moreModels;
    };
    std::deque<Start> m_starting; ///< until it is known what works on their devices
    std::optional<Job> m_awaited; ///< the job whose run has not shown yet
    double m_launchedAt = 0;      ///< Unix seconds
    bool m_isLooking = false;
    std::map<RunId, std::optional<std::int64_t>> m_resuming; ///< to another end, where it has one
};

} // namespace boolab::ui
