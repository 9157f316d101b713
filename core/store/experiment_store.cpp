// SPDX-License-Identifier: Apache-2.0
#include "core/store/experiment_store.h"

#include "core/store/database.h"
#include "core/store/database_place.h"
#include "core/store/live_settings.h"
#include "core/store/run_rows.h"
#include "core/store/saved_filters.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <limits>

namespace fs = std::filesystem;

namespace boolab
{

using sqlite::Statement;
using sqlite::Transaction;

namespace
{

/// One that waits for its device can only be stopped, or told to start at once.
Status refuseWhileQueued(const RunRecord& run, RequestKind kind)
{
    if (run.state != RunState::Queued || kind == RequestKind::Stop || kind == RequestKind::Resume) return {};
    return fail(
        ErrorCode::Usage,
        fmt::format("run {} ({}) waits for its turn: there is nothing to {}", run.id, run.name, nameOf(kind)),
        "Stop takes it out of the queue, resume starts it at once.");
}

Status refuseWithoutEngine(const RunRecord& run, const std::string& what)
{
    if (isOpen(run.state)) return {};
    return fail(ErrorCode::Usage,
                fmt::format("run {} ({}) is {}: there is no engine that could {} it", run.id, run.name,
                            nameOf(run.state), what),
                "Resume it or run it again.");
}

LayerStats layerStatsAt(const Statement& row, const std::string& quantity)
{
    const auto blob = row.blob(1);
    LayerStats stats{row.integer(0), quantity, std::vector<float>(blob.size() / sizeof(float))};
    if (!blob.empty()) std::memcpy(stats.values.data(), blob.data(), stats.values.size() * sizeof(float));
    return stats;
}

} // namespace

struct ExperimentStore::Impl {
    sqlite::Connection db;
    RunJsonCache json;
};

fs::path defaultDatabasePath()
{
    const auto folderOf = [](const char* variable) -> fs::path {
        const char* value = std::getenv(variable);
        return value ? value : "";
    };
    if (const fs::path home = folderOf("BOOLAB_HOME"); !home.empty()) return home / "experiments.sqlite";
    fs::path data = folderOf("XDG_DATA_HOME");
    // The XDG specification has relative paths ignored.
    if (!data.is_absolute()) data = folderOf("HOME") / ".local/share";
    return data / "boolab/experiments.sqlite";
}

fs::path cacheFolder()
{
    return defaultDatabasePath().parent_path() / "cache";
}

ExperimentStore::ExperimentStore(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
ExperimentStore::ExperimentStore(ExperimentStore&&) noexcept = default;
ExperimentStore& ExperimentStore::operator=(ExperimentStore&&) noexcept = default;
ExperimentStore::~ExperimentStore() = default;

Result<ExperimentStore> ExperimentStore::open(const fs::path& path, std::chrono::milliseconds busyTimeout)
{
    auto connection = openDatabase(path, busyTimeout);
    if (!connection) return std::unexpected(connection.error());
    return ExperimentStore(std::make_unique<Impl>(std::move(*connection), RunJsonCache()));
}

const fs::path& ExperimentStore::path() const
{
    return m_impl->db.file();
}

Status ExperimentStore::refuseElsewhere() const
{
    return boolab::refuseElsewhere(m_impl->db);
}

Status ExperimentStore::recordPlace()
{
    return boolab::recordPlace(m_impl->db);
}

Result<std::vector<ProjectRecord>> ExperimentStore::projects() const
{
    return m_impl->db.rows<ProjectRecord>(
        "SELECT p.id, p.name, p.title, p.folder, count(r.id) FROM projects p "
        "LEFT JOIN runs r ON r.project_id = p.id AND r.deleted_at IS NULL GROUP BY p.id ORDER BY p.name",
        [](const Statement& row) {
            return ProjectRecord{row.integer(0), row.text(1), row.text(2), row.text(3), row.integer(4)};
        });
}

Status ExperimentStore::saveProject(const ProjectRecord& project)
{
    if (project.name.empty())
        return fail(ErrorCode::Usage, "a project without a name cannot be saved", "Give the project a name.");
    return m_impl->db.run("INSERT INTO projects(name, title, folder, created_at) VALUES (?1, ?2, ?3, ?4) "
                          "ON CONFLICT(name) DO UPDATE SET title = excluded.title, folder = excluded.folder",
                          project.name, project.title, project.folder, unixNow());
}

Result<std::vector<ModelRecord>> ExperimentStore::recentModels(int limit) const
{
    return m_impl->db.rows<ModelRecord>(
        "SELECT id, path, kind, architecture, parameters, file_bytes, opened_at FROM models "
        "ORDER BY opened_at DESC, id DESC LIMIT ?1",
        [](const Statement& row) {
            return ModelRecord{row.integer(0), row.text(1),    row.text(2), row.text(3),
                               row.integer(4), row.integer(5), row.real(6)};
        },
        limit);
}

Status ExperimentStore::rememberModel(const ModelRecord& model)
{
    return m_impl->db.run(
        "INSERT INTO models(path, kind, architecture, parameters, file_bytes, opened_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(path) DO UPDATE SET kind = excluded.kind, "
        "architecture = excluded.architecture, parameters = excluded.parameters, "
        "file_bytes = excluded.file_bytes, opened_at = excluded.opened_at",
        model.path, model.kind, model.architecture, model.parameters, model.fileBytes,
        model.openedAt > 0 ? model.openedAt : unixNow());
}

Result<std::vector<ContentRecord>> ExperimentStore::contentHashes() const
{
    return selectHashes(m_impl->db);
}

Status ExperimentStore::rememberHash(const ContentRecord& record)
{
    return boolab::rememberHash(m_impl->db, record);
}

Result<std::vector<RunRecord>> ExperimentStore::runs(const std::string& project) const
{
    return selectRuns(m_impl->db, project, m_impl->json);
}

Result<std::vector<RunRecord>> ExperimentStore::deletedRuns() const
{
    return selectDeletedRuns(m_impl->db);
}

Result<RunRecord> ExperimentStore::run(RunId id) const
{
    return selectRun(m_impl->db, id);
}

Result<std::vector<RunRecord>> ExperimentStore::childRuns(RunId parent) const
{
    return selectChildren(m_impl->db, parent);
}

Status ExperimentStore::renameRun(RunId id, const std::string& name)
{
    if (name.empty()) return fail(ErrorCode::Usage, "a run needs a name", "Type at least one character.");
    if (auto existing = run(id); !existing) return std::unexpected(existing.error());
    return m_impl->db.run("UPDATE runs SET name = ?2 WHERE id = ?1", id, name);
}

Status ExperimentStore::deleteRun(RunId id)
{
    // The state is judged and the row marked under one lock, so that no engine resumes the run in between.
    auto transaction = Transaction::begin(m_impl->db);
    if (!transaction) return std::unexpected(transaction.error());
    const auto existing = run(id);
    if (!existing) return std::unexpected(existing.error());
    if (isOpen(existing->state))
        return fail(ErrorCode::Usage,
                    fmt::format("run {} ({}) is still {}", id, existing->name, nameOf(existing->state)),
                    "Stop it first.");
    if (auto marked = m_impl->db.run("UPDATE runs SET deleted_at = ?2 WHERE id = ?1", id, unixNow()); !marked)
        return marked;
    return transaction->commit();
}

RunLabels ExperimentStore::labels()
{
    return RunLabels(m_impl->db);
}

SavedComparisons ExperimentStore::comparisons()
{
    return SavedComparisons(m_impl->db);
}

Prompts ExperimentStore::prompts()
{
    return Prompts(m_impl->db);
}

Result<std::vector<SavedFilter>> ExperimentStore::savedFilters() const
{
    return selectFilters(m_impl->db);
}

Status ExperimentStore::saveFilter(const SavedFilter& filter)
{
    return boolab::saveFilter(m_impl->db, filter);
}

Status ExperimentStore::removeFilter(const std::string& name)
{
    return boolab::removeFilter(m_impl->db, name);
}

Result<int> ExperimentStore::collectGarbage()
{
    const auto deleted = deletedRuns();
    if (!deleted) return std::unexpected(deleted.error());
    std::vector<RunId> ids;
    std::ranges::transform(*deleted, std::back_inserter(ids), &RunRecord::id);
    return removeDeleted(ids);
}

Result<int> ExperimentStore::removeDeleted(const std::vector<RunId>& ids)
{
    auto transaction = Transaction::begin(m_impl->db);
    if (!transaction) return std::unexpected(transaction.error());
    int count = 0;
    for (const RunId id : ids) {
        if (auto s = m_impl->db.run("DELETE FROM runs WHERE id = ?1 AND deleted_at IS NOT NULL", id); !s)
            return std::unexpected(s.error());
        count += static_cast<int>(m_impl->db.changes());
    }
    if (auto s = transaction->commit(); !s) return std::unexpected(s.error());
    // VACUUM writes the shrunken file into the log; the checkpoint carries it over and empties the log.
    for (const char* sql : {"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"})
        if (auto shrunk = m_impl->db.run(sql); !shrunk) return std::unexpected(shrunk.error());
    return count;
}

Status ExperimentStore::request(RunId id, RequestKind kind)
{
    const auto existing = run(id);
    if (!existing) return std::unexpected(existing.error());
    if (auto open = refuseWithoutEngine(*existing, nameOf(kind)); !open) return open;
    if (auto fits = refuseWhileQueued(*existing, kind); !fits) return fits;
    return m_impl->db.run("INSERT INTO requests(run_id, kind, created_at) VALUES (?1, ?2, ?3)", id,
                          nameOf(kind), unixNow());
}

Status ExperimentStore::requestSetting(RunId id, const std::string& key, const nlohmann::json& value)
{
    const auto existing = run(id);
    if (!existing) return std::unexpected(existing.error());
    const auto checked = checkLiveValue(*existing, key, value);
    if (!checked) return std::unexpected(checked.error());
    if (auto open = refuseWithoutEngine(*existing, "change"); !open) return open;
    return m_impl->db.run(
        "INSERT INTO requests(run_id, kind, key, value, created_at) VALUES (?1, 'set', ?2, ?3, ?4)", id, key,
        checked->dump(), unixNow());
}

Result<std::vector<RunSetting>> ExperimentStore::settings(RunId id) const
{
    return m_impl->db.rows<RunSetting>(
        "SELECT key, value, created_at, taken_step FROM requests WHERE run_id = ?1 AND kind = 'set' "
        "ORDER BY id",
        [](const Statement& row) {
            RunSetting setting{row.text(0), jsonAt(row, 1), row.real(2), std::nullopt};
            if (!row.isNull(3)) setting.takenStep = row.integer(3);
            return setting;
        },
        id);
}

Result<std::int64_t> ExperimentStore::dataVersion() const
{
    return m_impl->db.number("PRAGMA data_version");
}

Result<std::vector<std::string>> ExperimentStore::metricNames(RunId id) const
{
    // One seek into the primary key per name, however many points there are.
    return m_impl->db.rows<std::string>(
        "SELECT name FROM metric_names n WHERE EXISTS "
        "(SELECT 1 FROM metrics WHERE run_id = ?1 AND metric_id = n.id) ORDER BY n.id",
        [](const Statement& row) { return row.text(0); }, id);
}

Result<SummaryTable> ExperimentStore::metricSummaries() const
{
    return selectSummaries(m_impl->db);
}

Result<std::vector<MetricSummary>> ExperimentStore::metricSummaries(RunId id) const
{
    return selectSummaries(m_impl->db, id);
}

Result<std::vector<MetricPoint>> ExperimentStore::metrics(RunId id, const std::string& name,
                                                          std::int64_t afterStep) const
{
    return m_impl->db.rows<MetricPoint>(
        "SELECT step, value, time FROM metrics WHERE run_id = ?1 AND step > ?3 "
        "AND metric_id = (SELECT id FROM metric_names WHERE name = ?2) ORDER BY step",
        [](const Statement& row) {
            const double value = row.isNull(1) ? std::numeric_limits<double>::quiet_NaN() : row.real(1);
            return MetricPoint{row.integer(0), value, row.real(2)};
        },
        id, name, afterStep);
}

Result<std::vector<std::string>> ExperimentStore::layerNames(RunId id) const
{
    return m_impl->db.rows<std::string>(
        "SELECT name FROM layer_names WHERE run_id = ?1 ORDER BY position",
        [](const Statement& row) { return row.text(0); }, id);
}

Result<std::vector<LayerStats>> ExperimentStore::layerStats(RunId id, const std::string& quantity,
                                                            std::int64_t afterStep) const
{
    return m_impl->db.rows<LayerStats>(
        "SELECT step, layer_values FROM layer_stats WHERE run_id = ?1 AND step > ?3 "
        "AND quantity_id = (SELECT id FROM metric_names WHERE name = ?2) ORDER BY step",
        [&](const Statement& row) { return layerStatsAt(row, quantity); }, id, quantity, afterStep);
}

Result<std::optional<LayerStats>> ExperimentStore::lastLayerStats(RunId id, const std::string& quantity) const
{
    auto rows = m_impl->db.rows<LayerStats>(
        "SELECT step, layer_values FROM layer_stats WHERE run_id = ?1 "
        "AND quantity_id = (SELECT id FROM metric_names WHERE name = ?2) ORDER BY step DESC LIMIT 1",
        [&](const Statement& row) { return layerStatsAt(row, quantity); }, id, quantity);
    if (!rows) return std::unexpected(rows.error());
    return rows->empty() ? std::nullopt : std::optional(std::move(rows->front()));
}

Result<std::vector<RunEvent>> ExperimentStore::events(RunId id, std::int64_t afterId) const
{
    return m_impl->db.rows<RunEvent>(
        "SELECT id, step, time, kind, text FROM run_events WHERE run_id = ?1 AND id > ?2 ORDER BY id",
        [](const Statement& row) {
            return RunEvent{row.integer(0), row.integer(1), row.real(2), row.text(3), row.text(4)};
        },
        id, afterId);
}

Result<std::vector<RunSample>> ExperimentStore::samples(RunId id, std::int64_t afterId) const
{
    return m_impl->db.rows<RunSample>(
        "SELECT id, step, time, prompt, teacher, student FROM text_samples WHERE run_id = ?1 AND id > ?2 "
        "ORDER BY id",
        [](const Statement& row) {
            return RunSample{row.integer(0), row.integer(1), row.real(2),
                             row.text(3),    row.text(4),    row.text(5)};
        },
        id, afterId);
}

Result<std::vector<LogLine>> ExperimentStore::logs(RunId id, std::int64_t afterId, int limit) const
{
    return m_impl->db.rows<LogLine>(
        "SELECT id, time, level, text FROM logs WHERE run_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
        [](const Statement& row) {
            return LogLine{row.integer(0), row.real(1), row.text(2), row.text(3)};
        },
        id, afterId, limit);
}

Result<std::vector<Artifact>> ExperimentStore::artifacts(RunId id) const
{
    return m_impl->db.rows<Artifact>(
        "SELECT kind, path, bytes FROM artifacts WHERE run_id = ?1 ORDER BY id",
        [](const Statement& row) {
            return Artifact{row.text(0), row.text(1), row.integer(2)};
        },
        id);
}

} // namespace boolab
