// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job_observer.h"
#include "core/store/records.h"
#include "core/store/sqlite.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace boolab
{

/// What a run has to tell since the last transaction.
struct RunBatch {
    struct Metric {
        std::string name;
        MetricPoint point;
    };
    struct End {
        RunState state;
        std::string message;
        nlohmann::json result;
    };

    struct TakenSetting {
        std::int64_t request, step;
    };

    std::optional<std::string> phase;
    std::optional<std::int64_t> step, totalSteps;
    std::optional<RunState> state;
    std::optional<nlohmann::json> result; ///< before the end
    std::optional<End> end;
    std::optional<std::vector<std::string>> layers;
    std::vector<Metric> metrics;
    std::vector<LayerStats> layerStats;
    std::vector<LogLine> logs;       ///< without ids
    std::vector<RunEvent> events;    ///< without ids
    std::vector<RunSample> samples;  ///< without ids
    std::vector<TakenSetting> taken; ///< settings that the engine has taken over
    std::vector<Artifact> artifacts;

    bool isEmpty() const;
    void append(RunBatch&& later);
};

/// What came in for the engine.
struct RunRequests {
    struct Setting {
        std::int64_t request; ///< its row, which is marked once the engine has taken it over
        SettingChange change;
    };

    std::vector<RequestKind> kinds;
    std::vector<Setting> settings;
};

/// Writes batches of one run; knows the ids of metric names. Belongs to one thread.
class RunBatchWriter
{
public:
    RunBatchWriter(sqlite::Connection connection, RunId id) : m_db(std::move(connection)), m_id(id) {}

    /// The batch, the heartbeat and the requests that came in, in one transaction. On an error nothing was
    /// written.
    Result<RunRequests> write(const RunBatch& batch);
    Result<bool> hasRequests();
    /// Lets go of a run that did not end: it shows as interrupted from now on, though this process may live
    /// on.
    Status release();
    bool hasEnded() const { return m_hasEnded; }

private:
    Status writeRun(const RunBatch& batch);
    Status writeLayerNames(const std::vector<std::string>& names);
    Status writeMetrics(const std::vector<RunBatch::Metric>& metrics);
    Status writeLayerStats(const std::vector<LayerStats>& stats);
    Status writeLogs(const std::vector<LogLine>& logs);
    Status writeArtifacts(const std::vector<Artifact>& artifacts);
    Result<std::int64_t> nameId(const std::string& name);
    Status writeEvents(const std::vector<RunEvent>& events);
    Status writeSamples(const std::vector<RunSample>& samples);
    Status markSettings(const std::vector<RunBatch::TakenSetting>& taken);
    Result<RunRequests> takeRequests();
    Result<RunRequests> writeAll(const RunBatch& batch);

    sqlite::Connection m_db;
    RunId m_id;
    bool m_hasEnded = false;
    std::int64_t m_lastSetting = 0; ///< request that was handed over last
    std::map<std::string, std::int64_t> m_nameIds;
};

} // namespace boolab
