// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_rows.h"

#include "core/store/process_identity.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <fmt/format.h>
#include <ranges>

namespace boolab
{

using sqlite::Connection;
using sqlite::Statement;

namespace
{

constexpr std::string_view kSelect =
    "SELECT r.id, p.name, r.kind, r.name, r.host, r.device, r.dtype, r.message, r.state, r.job, r.versions, "
    "r.result, r.seed, r.pid, r.step, r.total_steps, r.phase, r.created_at, r.started_at, r.ended_at, "
    "r.heartbeat_at, r.resumed_from, r.process, r.parent_id, r.queued_at, r.resumed_at, r.seconds_before, "
    "r.notes, r.pinned, r.archived_at, r.deleted_at, "
    "(SELECT group_concat(t.tag, ' ') FROM run_tags t WHERE t.run_id = r.id) "
    "FROM runs r JOIN projects p ON p.id = r.project_id ";
constexpr std::string_view kUndeleted = "WHERE r.deleted_at IS NULL ";

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

/// A tag holds no space (run_labels.h).
std::vector<std::string> tagsIn(const std::string& joined)
{
    std::vector<std::string> tags;
    for (const auto part : std::views::split(joined, ' '))
        if (!part.empty()) tags.emplace_back(part.begin(), part.end());
    std::ranges::sort(tags);
    return tags;
}

RunRecord readRunWith(const Statement& row, RunJsonCache& cache)
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
    run.job = cache.take(run.id, 9, row);
    run.versions = cache.take(run.id, 10, row);
    run.result = cache.take(run.id, 11, row);
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
    run.notes = row.text(27);
    run.pinned = row.integer(28) != 0;
    run.archivedAt = row.real(29);
    run.deletedAt = row.real(30);
    run.tags = tagsIn(row.text(31));
    if (!isOpen(run.state)) return run;
    if (!hasLiveEngine(run, row.text(22)))
        run.state = RunState::Interrupted;
    else if (const double silent = unixNow() - run.heartbeatAt; silent > kStaleSeconds)
        run.silentSeconds = silent;
    return run;
}

RunRecord readRun(const Statement& row)
{
    RunJsonCache none;
    return readRunWith(row, none);
}

/// `rest`: what follows the choice of undeleted runs.
template <class... Values>
Result<std::vector<RunRecord>> selectUndeleted(Connection& connection, std::string_view rest,
                                               const Values&... values)
{
    return connection.rows<RunRecord>(fmt::format("{}{}{}", kSelect, kUndeleted, rest), readRun, values...);
}

} // namespace

double unixNow()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

RunJson RunJsonCache::take(RunId run, int column, const Statement& row)
{
    if (row.isNull(column)) return {};
    std::string text = row.text(column);
    RunJson& known = m_known[{run, column}];
    if (!known.isFrom(text)) known = RunJson::fromText(std::move(text));
    return known;
}

Result<std::vector<RunRecord>> selectRuns(Connection& connection, const std::string& project,
                                          RunJsonCache& cache)
{
    const auto read = [&](const Statement& row) { return readRunWith(row, cache); };
    const std::string select = fmt::format("{}{}", kSelect, kUndeleted);
    if (project.empty()) return connection.rows<RunRecord>(select + "ORDER BY r.id DESC", read);
    return connection.rows<RunRecord>(select + "AND p.name = ?1 ORDER BY r.id DESC", read, project);
}

Result<std::vector<RunRecord>> selectChildren(Connection& connection, RunId parent)
{
    return selectUndeleted(connection, "AND r.parent_id = ?1 ORDER BY r.id", parent);
}

Result<std::vector<RunRecord>> selectOpenRuns(Connection& connection)
{
    return selectUndeleted(connection, "AND r.state IN ('queued', 'running', 'paused') ORDER BY r.id");
}

Result<std::vector<RunRecord>> selectDeletedRuns(Connection& connection)
{
    return connection.rows<RunRecord>(
        fmt::format("{}WHERE r.deleted_at IS NOT NULL ORDER BY r.deleted_at DESC, r.id DESC", kSelect),
        readRun);
}

Result<RunRecord> selectRun(Connection& connection, RunId id)
{
    auto found = selectUndeleted(connection, "AND r.id = ?1", id);
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
