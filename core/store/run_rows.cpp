// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_rows.h"

#include "core/store/process_identity.h"

#include <bit>
#include <chrono>
#include <fmt/format.h>

namespace boolab
{

using sqlite::Connection;
using sqlite::Statement;

namespace
{

constexpr std::string_view kSelect =
    "SELECT r.id, p.name, r.kind, r.name, r.host, r.device, r.dtype, r.message, r.state, r.job, r.versions, "
    "r.result, r.seed, r.pid, r.step, r.total_steps, r.phase, r.created_at, r.started_at, r.ended_at, "
    "r.heartbeat_at, r.resumed_from, r.process, r.parent_id, r.queued_at, r.resumed_at, r.seconds_before "
    "FROM runs r JOIN projects p ON p.id = r.project_id "
    "WHERE r.deleted_at IS NULL ";

RunState stateOf(const std::string& name)
{
    for (const RunState state :
         {RunState::Queued, RunState::Running, RunState::Paused, RunState::Done, RunState::Stopped})
        if (name == nameOf(state)) return state;
    return RunState::Failed;
}

bool hasLiveEngine(const RunRecord& run, const std::string& process)
{
    switch (lifeOf(run.pid, process)) {
    case ProcessLife::Alive:
        return true;
    case ProcessLife::Gone:
        return false;
    case ProcessLife::Unknown:
        break;
    }
    return unixNow() - run.heartbeatAt <= kStaleSeconds;
}

RunRecord readRun(const Statement& row)
{
    RunRecord run;
    run.id = row.integer(0);
    run.project = row.text(1);
    run.kind = row.text(2);
    run.name = row.text(3);
    run.host = row.text(4);
    run.device = row.text(5);
    run.dtype = row.text(6);
    run.message = row.text(7);
    run.state = stateOf(row.text(8));
    run.job = jsonAt(row, 9);
    run.versions = jsonAt(row, 10);
    run.result = jsonAt(row, 11);
    run.seed = std::bit_cast<std::uint64_t>(row.integer(12));
    run.pid = row.integer(13);
    run.step = row.integer(14);
    run.totalSteps = row.integer(15);
    run.phase = row.text(16);
    run.createdAt = row.real(17);
    run.startedAt = row.real(18);
    run.endedAt = row.real(19);
    run.heartbeatAt = row.real(20);
    if (!row.isNull(21)) run.resumedFrom = row.integer(21);
    if (!row.isNull(23)) run.parent = row.integer(23);
    run.queuedAt = row.real(24);
    run.resumedAt = row.real(25);
    run.secondsBefore = row.real(26);
    if (!isOpen(run.state)) return run;
    if (!hasLiveEngine(run, row.text(22)))
        run.state = RunState::Interrupted;
    else if (const double silent = unixNow() - run.heartbeatAt; silent > kStaleSeconds)
        run.silentSeconds = silent;
    return run;
}

} // namespace

double unixNow()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Result<std::vector<RunRecord>> selectRuns(Connection& connection, const std::string& project)
{
    const std::string select(kSelect);
    if (project.empty()) return connection.rows<RunRecord>(select + "ORDER BY r.id DESC", readRun);
    return connection.rows<RunRecord>(select + "AND p.name = ?1 ORDER BY r.id DESC", readRun, project);
}

Result<std::vector<RunRecord>> selectChildren(Connection& connection, RunId parent)
{
    return connection.rows<RunRecord>(std::string(kSelect) + "AND r.parent_id = ?1 ORDER BY r.id", readRun,
                                      parent);
}

Result<std::vector<RunRecord>> selectOpenRuns(Connection& connection)
{
    return connection.rows<RunRecord>(
        std::string(kSelect) + "AND r.state IN ('queued', 'running', 'paused') ORDER BY r.id", readRun);
}

Result<RunRecord> selectRun(Connection& connection, RunId id)
{
    auto found = connection.rows<RunRecord>(std::string(kSelect) + "AND r.id = ?1", readRun, id);
    if (!found) return std::unexpected(found.error());
    if (found->empty())
        return fail(ErrorCode::Usage, fmt::format("{}: holds no run {}", connection.file().string(), id),
                    "`boolab-cli runs list` shows the runs there are.");
    return std::move(found->front());
}

bool isOpen(RunState state)
{
    return state == RunState::Queued || state == RunState::Running || state == RunState::Paused;
}

nlohmann::json jsonAt(const Statement& row, int column)
{
    if (row.isNull(column)) return {};
    auto value = nlohmann::json::parse(row.text(column), nullptr, false);
    return value.is_discarded() ? nlohmann::json() : value;
}

std::optional<std::string> jsonColumn(const nlohmann::json& value)
{
    if (value.is_null()) return std::nullopt;
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string nameOf(RequestKind kind)
{
    switch (kind) {
    case RequestKind::Pause:
        return "pause";
    case RequestKind::Resume:
        return "resume";
    case RequestKind::Stop:
        return "stop";
    case RequestKind::Checkpoint:
        return "checkpoint";
    }
    return {};
}

std::optional<RequestKind> requestKindOf(const std::string& name)
{
    for (const RequestKind kind :
         {RequestKind::Pause, RequestKind::Resume, RequestKind::Stop, RequestKind::Checkpoint})
        if (name == nameOf(kind)) return kind;
    return std::nullopt;
}

} // namespace boolab
