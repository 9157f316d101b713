// SPDX-License-Identifier: Apache-2.0
// Rows of the experiment database as values.
#pragma once

#include "core/store/run_json.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace boolab
{

using RunId = std::int64_t;

/// queued -> running <-> paused -> one end state. Interrupted is not stored: a queued, running or paused row
/// whose process is gone (or, where it cannot be looked at, whose heartbeat is stale) is shown as it.
enum class RunState { Queued, Running, Paused, Done, Failed, Stopped, Interrupted };
std::string nameOf(RunState state);

/// What the window asks of a run; rows, read by the engine between steps.
enum class RequestKind { Pause, Resume, Stop, Checkpoint };

struct NewRun {
    std::string project; ///< made if new
    std::string kind;    ///< "convert", …
    std::string name;    ///< shown; empty: kind + number
    nlohmann::json job;
    std::string device, dtype;
    std::uint64_t seed = 0;
    nlohmann::json versions; ///< {"boolab": …, "libtorch": …}
    std::int64_t totalSteps = 0;
    std::optional<RunId> resumedFrom;
    std::optional<RunId> parent = {}; ///< the sweep that it is a part of
    bool queued = false;              ///< waits for its device (RunQueue)
};

struct RunRecord {
    RunId id = 0;
    std::string project, kind, name, host, device, dtype, message;
    RunState state = RunState::Queued; ///< with staleness already judged
    RunJson job, versions, result;     ///< result: what --json prints
    std::uint64_t seed = 0;
    std::int64_t pid = 0, step = 0, totalSteps = 0;
    std::string phase; ///< "converting layers", "sampling data", "training", …
    double createdAt = 0, startedAt = 0, endedAt = 0, heartbeatAt = 0; ///< Unix seconds, 0 = not yet
    double queuedAt = 0;      ///< when it came to wait for its device
    double resumedAt = 0;     ///< when the engine at work came, where it is not the first
    double secondsBefore = 0; ///< that earlier engines have worked
    /// Without a heartbeat, though the process is there: suspended, or waiting for a disk. 0 after a fresh
    /// one.
    double silentSeconds = 0;
    std::optional<RunId> resumedFrom;
    std::optional<RunId> parent;   ///< the sweep that it is a part of
    std::vector<std::string> tags; ///< sorted
    std::string notes;             ///< Markdown
    bool pinned = false;
    double archivedAt = 0, deletedAt = 0; ///< Unix seconds, 0 = it is not
};

/// Seconds that engines have worked on a run, without the time between them; -1 before the first.
double secondsAtWork(const RunRecord& run);
struct MetricPoint {
    std::int64_t step = 0;
    double value = 0; ///< NaN is kept as such
    double time = 0;  ///< Unix seconds
};

/// A curve in three figures; NaN where there is none.
struct MetricSummary {
    std::string name;
    std::int64_t step = 0; ///< the last one
    double last = 0, lowest = 0, highest = 0;
};

/// A query under a name, to be looked through again.
struct SavedFilter {
    std::string name, query;
};

/// Statistics of all converted layers at one step. Vectors run over layers in execution order, the names
/// stand once per run.
struct LayerStats {
    std::int64_t step = 0;
    std::string quantity; ///< "kernel_count", "relative_error", "flips", "flip_rate", "scale_drift"
    std::vector<float> values;
};

struct LogLine {
    std::int64_t id = 0;
    double time = 0;
    std::string level; ///< "info", "warning", "error"
    std::string text;
};

/// Something that happened at a step: "setting", "checkpoint", "rollback", "stop".
struct RunEvent {
    std::int64_t id = 0, step = 0;
    double time = 0;
    std::string kind, text;
};

/// What teacher and student went on with after the same prompt.
struct RunSample {
    std::int64_t id = 0, step = 0;
    double time = 0;
    std::string prompt, teacher, student;
};

/// A live option that somebody changed.
struct RunSetting {
    std::string key;
    nlohmann::json value;
    double askedAt = 0;
    std::optional<std::int64_t> takenStep; ///< from which step on it is in force; nullopt: not yet
};

struct Artifact {
    std::string kind; ///< "boolean model", "checkpoint", "chart", …
    std::string path;
    std::int64_t bytes = 0;
};

struct ProjectRecord {
    std::int64_t id = 0;
    std::string name, title, folder;
    std::int64_t runCount = 0;
};

struct ModelRecord {
    std::int64_t id = 0;
    std::string path, kind, architecture;
    std::int64_t parameters = 0, fileBytes = 0;
    double openedAt = 0;
};

} // namespace boolab
