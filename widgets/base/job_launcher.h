// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

#include <QObject>
#include <QStringList>
#include <QTimer>
#include <filesystem>
#include <functional>
#include <vector>

namespace boolab::ui
{

/// What tells whether a process may have been killed for want of memory; -1 where the system does not tell.
struct MemorySigns {
    std::int64_t available = -1, total = -1; ///< bytes
    std::int64_t kills = -1;                 ///< by the kernel, so far

    static MemorySigns now();
    bool isScarce() const; ///< watchers of memory kill before the kernel does
};

/// Starts boolab-cli as a process of its own session: the run outlives the window. What the process writes
/// goes to a log file in the folder "logs" beside the database. GUI thread; never waits.
class JobLauncher : public QObject
{
    Q_OBJECT

public:
    using LookAtMemory = std::function<MemorySigns()>;
    JobLauncher(std::filesystem::path cli, std::filesystem::path database, QObject* parent = nullptr,
                LookAtMemory memory = MemorySigns::now);

    /// One of the signals follows at once. A process that started and ends with an error while this object
    /// lives is told by failed() too. The run is recorded in the database unless the job names another.
    /// `moreModels`: of an evaluation, which the process measures afterwards, each as a run of its own.
    void start(const boolab::Job& job, const QStringList& moreModels = {});

Q_SIGNALS:
    /// "Convert of SmolLM2-135M-Instruct.Q4_1.gguf"
    void started(const QString& what);
    /// In plain words, with the last lines that the process wrote.
    void failed(const QString& message);

private:
    struct Child {
        int pid = 0;
        QString what;
        std::filesystem::path log;
        MemorySigns memory; ///< at its start, then when last seen alive
        std::int64_t killsBefore = -1;
    };

    void lookAtChildren();

    std::filesystem::path m_cli;
    std::filesystem::path m_database;
    LookAtMemory m_memory;
    std::vector<Child> m_children;
    QTimer m_timer;
};

} // namespace boolab::ui
