// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/store/content_hashes.h"
#include "core/store/metric_summaries.h"
#include "core/store/prompts.h"
#include "core/store/records.h"
#include "core/store/run_labels.h"
#include "core/store/saved_comparisons.h"

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
/// through one and writes only requests, names, labels and deletions; an engine writes through a RunRecorder.
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
    /// Where the database was made and where it lies now: core/store/database_place.h.
    Status refuseElsewhere() const;
    Status recordPlace();

    Result<std::vector<ProjectRecord>> projects() const;
    Status saveProject(const ProjectRecord& project); ///< by name; id and runCount are ignored
    Result<std::vector<ModelRecord>> recentModels(int limit = 20) const;
    Status rememberModel(const ModelRecord& model);

    Result<std::vector<ContentRecord>> contentHashes() const;
    Status rememberHash(const ContentRecord& record);

    /// Newest first; all projects where `project` is empty. With archived ones, without deleted ones.
    Result<std::vector<RunRecord>> runs(const std::string& project = {}) const;
    /// Those that no garbage collection has taken yet, the last deleted first.
    Result<std::vector<RunRecord>> deletedRuns() const;
    Result<RunRecord> run(RunId id) const;
    /// The runs that belong to `parent`, oldest first.
    Result<std::vector<RunRecord>> childRuns(RunId parent) const;
    Status renameRun(RunId id, const std::string& name);
    Status deleteRun(RunId id); ///< soft: hidden until labels().restore(); refused while it runs
    RunLabels labels();         ///< tags, notes, pins, the archive
    SavedComparisons comparisons();
    Prompts prompts(); ///< that models were asked
    Result<std::vector<SavedFilter>> savedFilters() const;
    Status saveFilter(const SavedFilter& filter); ///< by name; a query that cannot be read is refused
    Status removeFilter(const std::string& name);
    /// Removes deleted runs' rows for good and shrinks the file; returns the number of runs.
    Result<int> collectGarbage();
    /// The same for these alone; those that are not deleted (any more) stay.
    Result<int> removeDeleted(const std::vector<RunId>& ids);
    Status request(RunId id, RequestKind kind); ///< refused where no engine would read it
    /// Changes a live option of a run that goes on. Refused too where the option is none, or the value out of
    /// its range.
    Status requestSetting(RunId id, const std::string& key, const nlohmann::json& value);
    /// What was changed or is asked for, oldest first.
    Result<std::vector<RunSetting>> settings(RunId id) const;

    /// A number that changes whenever another connection has written: cheap to poll.
    Result<std::int64_t> dataVersion() const;
    Result<std::vector<std::string>> metricNames(RunId id) const;
    /// Last, lowest and highest value of every curve, without reading the curves.
    Result<SummaryTable> metricSummaries() const;
    Result<std::vector<MetricSummary>> metricSummaries(RunId id) const;
    /// Points with step > afterStep, in order of step.
    Result<std::vector<MetricPoint>> metrics(RunId id, const std::string& name,
                                             std::int64_t afterStep = -1) const;
    Result<std::vector<std::string>> layerNames(RunId id) const;
    Result<std::vector<LayerStats>> layerStats(RunId id, const std::string& quantity,
                                               std::int64_t afterStep = -1) const;
    /// The last of them alone.
    Result<std::optional<LayerStats>> lastLayerStats(RunId id, const std::string& quantity) const;
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
