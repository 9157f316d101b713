// SPDX-License-Identifier: Apache-2.0
// Rows of the table `runs`, shared by the store and the recorder.
#pragma once

#include "core/store/records.h"
#include "core/store/sqlite.h"

#include <map>
#include <utility>

namespace boolab
{

double unixNow();

/// A run whose process cannot be looked at counts as interrupted after this long without a heartbeat (every
/// second).
inline constexpr double kStaleSeconds = 10;

/// JSON columns as they were read before: what has not changed is not read again.
class RunJsonCache
{
public:
    RunJson take(RunId run, int column, const sqlite::Statement& row);

private:
    std::map<std::pair<RunId, int>, RunJson> m_known;
};

/// Newest first, without deleted ones; all projects where `project` is empty.
Result<std::vector<RunRecord>> selectRuns(sqlite::Connection& connection, const std::string& project,
                                          RunJsonCache& cache);
/// Oldest first, without deleted ones.
Result<std::vector<RunRecord>> selectChildren(sqlite::Connection& connection, RunId parent);
/// Those that are queued, running or paused (or were, and are interrupted).
Result<std::vector<RunRecord>> selectOpenRuns(sqlite::Connection& connection);
/// Deleted ones that no garbage collection has taken yet, the last deleted first.
Result<std::vector<RunRecord>> selectDeletedRuns(sqlite::Connection& connection);
/// One run that is not deleted.
Result<RunRecord> selectRun(sqlite::Connection& connection, RunId id);

bool isOpen(RunState state); ///< queued, running or paused: an engine is there
/// JSON as a column: NULL for null; invalid UTF-8 is replaced.
std::optional<std::string> jsonColumn(const nlohmann::json& value);
/// The other way: null where the column is NULL or holds no JSON.
nlohmann::json jsonAt(const sqlite::Statement& row, int column);
std::string nameOf(RequestKind kind);
std::optional<RequestKind> requestKindOf(const std::string& name);

} // namespace boolab
