// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/store/records.h"

#include <chrono>
#include <filesystem>
#include <memory>

namespace boolab
{

/// $BOOLAB_HOME/experiments.sqlite, else the XDG data folder's boolab/experiments.sqlite.
std::filesystem::path defaultDatabasePath();
/// "cache" beside it: what can be made again at any time.
std::filesystem::path cacheFolder();

/// How long a lock of another program is waited for before it is reported.
inline constexpr std::chrono::milliseconds kBusyTimeout{5000};

/// One connection to the experiment database (SQLite, WAL). Not shared between threads. The window reads
/// through one and writes only requests, names and deletions; an engine writes through a RunRecorder.
class ExperimentStore
{
public:
    /// Opens or makes the database and migrates it. Errors: read-only, locked, newer schema, not a database;
    /// each names the file and what to do.
    static Result<ExperimentStore> open(const std::filesystem::path& path,
                                        std::chrono::milliseconds busyTimeout = kBusyTimeout);

    ExperimentStore(ExperimentStore&&) noexcept;
    ExperimentStore& operator=(ExperimentStore&&) noexcept;
    ~ExperimentStore();
    const std::filesystem::path& path() const;

    Result<std::vector<ProjectRecord>> projects() const;
    Status saveProject(const ProjectRecord& project); ///< by name; id and runCount are ignored
    Result<std::vector<ModelRecord>> recentModels(int limit = 20) const;
    Status rememberModel(const ModelRecord& model);

    /// Newest first; all projects where `project` is empty. Deleted runs are left out.
    Result<std::vector<RunRecord>> runs(const std::string& project = {}) const;
    Result<RunRecord> run(RunId id) const;
    /// The runs that belong to `parent`, oldest first.
    Result<std::vector<RunRecord>> childRuns(RunId parent) const;
    Status renameRun(RunId id, const std::string& name);
    Status deleteRun(RunId id); ///< soft: hidden; refused while it runs
    /// Removes deleted runs' rows for good and shrinks the file; returns the number of runs.
    Result<int> collectGarbage();
    Status request(RunId id, RequestKind kind); ///< refused where no engine would read it
    /// Changes a live option of a run that goes on. Refused too where the option is none, or the value out of
    /// its range.
    Status requestSetting(RunId id, const std::string& key, const nlohmann::json& value);
    /// What was changed or is asked for, oldest first.
    Result<std::vector<RunSetting>> settings(RunId id) const;

    /// A number that changes whenever another connection has written: cheap to poll.
    Result<std::int64_t> dataVersion() const;
    Result<std::vector<std::string>> metricNames(RunId id) const;
    /// Points with step > afterStep, in order of step.
    Result<std::vector<MetricPoint>> metrics(RunId id, const std::string& name,
                                             std::int64_t afterStep = -1) const;
    Result<std::vector<std::string>> layerNames(RunId id) const;
    Result<std::vector<LayerStats>> layerStats(RunId id, const std::string& quantity,
                                               std::int64_t afterStep = -1) const;
    Result<std::vector<RunEvent>> events(RunId id, std::int64_t afterId = 0) const;
    Result<std::vector<RunSample>> samples(RunId id, std::int64_t afterId = 0) const;
    Result<std::vector<LogLine>> logs(RunId id, std::int64_t afterId = 0, int limit = 5000) const;
    Result<std::vector<Artifact>> artifacts(RunId id) const;

private:
    struct Impl;
    explicit ExperimentStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace boolab
