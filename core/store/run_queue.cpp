// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_queue.h"

#include "core/store/database.h"
#include "core/store/run_rows.h"

#include <algorithm>
#include <limits>

namespace boolab
{

using sqlite::Transaction;

namespace
{

std::string placeOf(const std::string& device)
{
    return device == "cuda" ? "cuda:0" : device;
}

/// Who came first; by number where both came at once.
std::pair<double, RunId> turnOf(const RunRecord& run)
{
    return {run.queuedAt, run.id};
}

} // namespace

const RunRecord* runAhead(const std::vector<RunRecord>& runs, RunId id, const std::string& device,
                          const std::string& host)
{
    const auto own = std::ranges::find(runs, id, &RunRecord::id);
    const auto turn =
        own == runs.end() ? std::pair{std::numeric_limits<double>::infinity(), RunId{0}} : turnOf(*own);
    const RunRecord* ahead = nullptr;
    for (const RunRecord& run : runs) {
        if (run.id == id || run.host != host || placeOf(run.device) != placeOf(device)) continue;
        // A sweep is at work as a whole; its parts are its own.
        if (run.parent) continue;
        if (run.state == RunState::Running || run.state == RunState::Paused) return &run;
        if (run.state != RunState::Queued || turnOf(run) > turn) continue;
        if (ahead == nullptr || turnOf(run) < turnOf(*ahead)) ahead = &run;
    }
    return ahead;
}

struct RunQueue::Impl {
    sqlite::Connection db;
};

RunQueue::RunQueue(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
RunQueue::RunQueue(RunQueue&&) noexcept = default;
RunQueue::~RunQueue() = default;

Result<RunQueue> RunQueue::open(const std::filesystem::path& database, std::chrono::milliseconds busyTimeout)
{
    auto connection = openDatabase(database, busyTimeout);
    if (!connection) return std::unexpected(connection.error());
    return RunQueue(std::make_unique<Impl>(std::move(*connection)));
}

Result<std::optional<RunRecord>> RunQueue::takeTurn(RunId id, bool atOnce)
{
    // Looked and taken under one lock: of two that wait, one gets the device.
    auto transaction = Transaction::begin(m_impl->db);
    if (!transaction) return std::unexpected(transaction.error());
    const auto own = selectRun(m_impl->db, id);
    if (!own) return std::unexpected(own.error());
    const auto runs = selectOpenRuns(m_impl->db);
    if (!runs) return std::unexpected(runs.error());
    if (!atOnce)
        if (const RunRecord* ahead = runAhead(*runs, id, own->device, own->host)) return *ahead;
    auto started = m_impl->db.run("UPDATE runs SET state = 'running', phase = '', "
                                  "resumed_at = CASE WHEN started_at IS NULL THEN NULL ELSE ?2 END, "
                                  "started_at = coalesce(started_at, ?2) WHERE id = ?1 AND state = 'queued'",
                                  id, unixNow());
    if (!started) return std::unexpected(started.error());
    if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
    return std::nullopt;
}

} // namespace boolab
