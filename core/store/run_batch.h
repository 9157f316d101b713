// SPDX-License-Identifier: Apache-2.0
#pragma once

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

    std::optional<std::string> phase;
    std::optional<std::int64_t> step, totalSteps;
    std::optional<RunState> state;
    std::optional<nlohmann::json> result; ///< before the end
    std::optional<End> end;
    std::optional<std::vector<std::string>> layers;
    std::vector<Metric> metrics;
    std::vector<LayerStats> layerStats;
    std::vector<LogLine> logs; ///< without ids
    std::vector<Artifact> artifacts;

    bool isEmpty() const;
    void append(RunBatch&& later);
};

/// Writes batches of one run; knows the ids of metric names. Belongs to one thread.
class RunBatchWriter
{
public:
    RunBatchWriter(sqlite::Connection connection, RunId id) : m_db(std::move(connection)), m_id(id) {}

    /// The batch, the heartbeat and the requests that came in, in one transaction. On an error nothing was
    /// written.
    Result<std::vector<RequestKind>> write(const RunBatch& batch);
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
    Result<std::vector<RequestKind>> takeRequests();
    Result<std::vector<RequestKind>> writeAll(const RunBatch& batch);

    sqlite::Connection m_db;
    RunId m_id;
    bool m_hasEnded = false;
    std::map<std::string, std::int64_t> m_nameIds;
};

} // namespace boolab
