// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

#include <QObject>
#include <QStringList>
#include <filesystem>

namespace boolab::ui
{

/// Starts boolab-cli as a process of its own session: the run outlives the window. What the process writes
/// goes to a log file in the folder "logs" beside the database.
class JobLauncher : public QObject
{
    Q_OBJECT

public:
    JobLauncher(std::filesystem::path cli, std::filesystem::path database, QObject* parent = nullptr);
    ~JobLauncher() override;

    /// Returns at once; exactly one of the signals follows for the start. A process that started and ends
    /// with an error while the window is open is told by failed() too.
    void start(const boolab::Job& job, const QStringList& extraArguments = {});

Q_SIGNALS:
    void started(const QString& what);
    /// In plain words, with the last lines that the process wrote.
    void failed(const QString& message);

private:
    std::filesystem::path m_cli;
    std::filesystem::path m_database;
};

} // namespace boolab::ui
