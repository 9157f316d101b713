// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_batch.h"

#include "core/store/metric_summaries.h"
#include "core/store/run_rows.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <iterator>

static_assert(std::endian::native == std::endian::little, "layer_stats holds little-endian float32");

namespace boolab
{

using sqlite::Statement;
using sqlite::Transaction;

namespace
{

template <class T> void moveInto(std::optional<T>& target, std::optional<T>& later)
{
    if (later) target = std::move(later);
}

template <class T> void moveInto(std::vector<T>& target, std::vector<T>& later)
{
    target.insert(target.end(), std::make_move_iterator(later.begin()), std::make_move_iterator(later.end()));
}

/// Binds each row's values by `values(statement, row)` and runs the statement.
template <class Row, class Bind>
Status runForEach(sqlite::Connection& db, std::string_view sql, const std::vector<Row>& rows, Bind bind)
{
    if (rows.empty()) return {};
    auto statement = db.prepare(sql);
    if (!statement) return std::unexpected(statement.error());
    for (const Row& row : rows) {
        if (auto bound = bind(*statement, row); !bound) return bound;
        if (auto written = statement->run(); !written) return written;
    }
    return {};
}

} // namespace

bool RunBatch::isEmpty() const
{
    return !phase && !step && !totalSteps && !state && !result && !end && !layers && metrics.empty() &&
           layerStats.empty() && logs.empty() && events.empty() && samples.empty() && taken.empty() &&
           artifacts.empty();
}

void RunBatch::append(RunBatch&& later)
{
    moveInto(phase, later.phase);
    moveInto(step, later.step);
    moveInto(totalSteps, later.totalSteps);
    moveInto(state, later.state);
    moveInto(result, later.result);
    moveInto(end, later.end);
    moveInto(layers, later.layers);
    moveInto(metrics, later.metrics);
    moveInto(layerStats, later.layerStats);
    moveInto(logs, later.logs);
    moveInto(events, later.events);
    moveInto(samples, later.samples);
    moveInto(taken, later.taken);
    moveInto(artifacts, later.artifacts);
}

Result<RunRequests> RunBatchWriter::write(const RunBatch& batch)
{
    auto taken = writeAll(batch);
    // A rolled-back transaction takes new names with it.
    if (!taken) m_nameIds.clear();
    if (taken && batch.end) m_hasEnded = true;
    return taken;
}

Result<RunRequests> RunBatchWriter::writeAll(const RunBatch& batch)
{
    auto transaction = Transaction::begin(m_db);
    if (!transaction) return std::unexpected(transaction.error());
    if (auto s = writeRun(batch); !s) return std::unexpected(s.error());
    if (batch.layers)
        if (auto s = writeLayerNames(*batch.layers); !s) return std::unexpected(s.error());
    if (auto s = writeMetrics(batch.metrics); !s) return std::unexpected(s.error());
    if (auto s = writeLayerStats(batch.layerStats); !s) return std::unexpected(s.error());
    if (auto s = writeLogs(batch.logs); !s) return std::unexpected(s.error());
    if (auto s = writeArtifacts(batch.artifacts); !s) return std::unexpected(s.error());
    if (auto s = writeEvents(batch.events); !s) return std::unexpected(s.error());
    if (auto s = writeSamples(batch.samples); !s) return std::unexpected(s.error());
    if (auto s = markSettings(batch.taken); !s) return std::unexpected(s.error());
    if (batch.end) // a point that was written again may have been the lowest or the highest
        if (auto s = rebuildSummaries(m_db, m_id); !s) return std::unexpected(s.error());
    auto taken = takeRequests();
    if (!taken) return taken;
    if (auto s = transaction->commit(); !s) return std::unexpected(s.error());
    if (!taken->settings.empty()) m_lastSetting = taken->settings.back().request;
    return taken;
}

Status RunBatchWriter::writeRun(const RunBatch& batch)
{
    if (m_hasEnded) return {};
    std::optional<std::string> state, message, result;
    std::optional<double> endedAt;
    if (batch.state) state = nameOf(*batch.state);
    if (batch.result) result = jsonColumn(*batch.result);
    if (batch.end) {
        state = nameOf(batch.end->state);
        message = batch.end->message;
        if (!batch.end->result.is_null()) result = jsonColumn(batch.end->result);
        endedAt = unixNow();
    }
    auto updated =
        m_db.run("UPDATE runs SET heartbeat_at = ?2, phase = coalesce(?3, phase), step = coalesce(?4, step), "
                 "total_steps = coalesce(?5, total_steps), state = coalesce(?6, state), "
                 "message = coalesce(?7, message), result = coalesce(?8, result), "
                 "ended_at = coalesce(?9, ended_at) WHERE id = ?1",
                 m_id, unixNow(), batch.phase, batch.step, batch.totalSteps, state, message, result, endedAt);
    if (updated && m_db.changes() == 0)
        return fail(ErrorCode::Internal,
                    fmt::format("{}: run {} was removed while it ran", m_db.file().string(), m_id),
                    "Start the job again.");
    return updated;
}

Status RunBatchWriter::writeLayerNames(const std::vector<std::string>& names)
{
    if (auto cleared = m_db.run("DELETE FROM layer_names WHERE run_id = ?1", m_id); !cleared) return cleared;
    std::int64_t position = 0;
    return runForEach(m_db, "INSERT INTO layer_names(run_id, position, name) VALUES (?1, ?2, ?3)", names,
                      [&](Statement& statement, const std::string& name) -> Status {
                          statement.bindAll(m_id, position++, name);
                          return {};
                      });
}

Status RunBatchWriter::writeMetrics(const std::vector<RunBatch::Metric>& metrics)
{
    SummaryUpdate summaries;
    auto written = runForEach(
        m_db,
        "INSERT OR REPLACE INTO metrics(run_id, metric_id, step, value, time) VALUES (?1, ?2, ?3, ?4, ?5)",
        metrics, [&](Statement& statement, const RunBatch::Metric& metric) -> Status {
            const auto name = nameId(metric.name);
            if (!name) return std::unexpected(name.error());
            statement.bindAll(m_id, *name, metric.point.step, metric.point.value, metric.point.time);
            summaries.add(*name, metric.point);
            return {};
        });
    return written ? summaries.write(m_db, m_id) : written;
}

Status RunBatchWriter::writeLayerStats(const std::vector<LayerStats>& stats)
{
    return runForEach(
        m_db,
        "INSERT OR REPLACE INTO layer_stats(run_id, quantity_id, step, layer_values) VALUES (?1, ?2, ?3, ?4)",
        stats, [&](Statement& statement, const LayerStats& row) -> Status {
            const auto name = nameId(row.quantity);
            if (!name) return std::unexpected(name.error());
            statement.bindAll(m_id, *name, row.step, std::as_bytes(std::span(row.values)));
            return {};
        });
}

Status RunBatchWriter::writeLogs(const std::vector<LogLine>& logs)
{
    return runForEach(m_db, "INSERT INTO logs(run_id, time, level, text) VALUES (?1, ?2, ?3, ?4)", logs,
                      [&](Statement& statement, const LogLine& line) -> Status {
                          statement.bindAll(m_id, line.time, line.level, line.text);
                          return {};
                      });
}

Status RunBatchWriter::writeArtifacts(const std::vector<Artifact>& artifacts)
{
    const double now = unixNow();
    return runForEach(
        m_db,
        "INSERT INTO artifacts(run_id, kind, path, bytes, created_at) VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT(run_id, kind, path) DO UPDATE SET bytes = excluded.bytes, "
        "created_at = excluded.created_at",
        artifacts, [&](Statement& statement, const Artifact& artifact) -> Status {
            statement.bindAll(m_id, artifact.kind, artifact.path, artifact.bytes, now);
            return {};
        });
}

Status RunBatchWriter::writeEvents(const std::vector<RunEvent>& events)
{
    return runForEach(m_db,
                      "INSERT INTO run_events(run_id, step, time, kind, text) VALUES (?1, ?2, ?3, ?4, ?5)",
                      events, [&](Statement& statement, const RunEvent& event) -> Status {
                          statement.bindAll(m_id, event.step, event.time, event.kind, event.text);
                          return {};
                      });
}

Status RunBatchWriter::writeSamples(const std::vector<RunSample>& samples)
{
    return runForEach(m_db,
                      "INSERT INTO text_samples(run_id, step, time, prompt, teacher, student) "
                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                      samples, [&](Statement& statement, const RunSample& sample) -> Status {
                          statement.bindAll(m_id, sample.step, sample.time, sample.prompt, sample.teacher,
                                            sample.student);
                          return {};
                      });
}

Status RunBatchWriter::markSettings(const std::vector<RunBatch::TakenSetting>& taken)
{
    const double now = unixNow();
    return runForEach(m_db, "UPDATE requests SET taken_at = ?2, taken_step = ?3 WHERE id = ?1", taken,
                      [&](Statement& statement, const RunBatch::TakenSetting& setting) -> Status {
                          statement.bindAll(setting.request, now, setting.step);
                          return {};
                      });
}

Result<std::int64_t> RunBatchWriter::nameId(const std::string& name)
{
    if (const auto known = m_nameIds.find(name); known != m_nameIds.end()) return known->second;
    if (auto made = m_db.run("INSERT OR IGNORE INTO metric_names(name) VALUES (?1)", name); !made)
        return std::unexpected(made.error());
    const auto id = m_db.number("SELECT id FROM metric_names WHERE name = ?1", name);
    if (id) m_nameIds[name] = *id;
    return id;
}

Result<bool> RunBatchWriter::hasRequests()
{
    const auto any =
        m_db.number("SELECT EXISTS (SELECT 1 FROM requests WHERE run_id = ?1 AND taken_at IS NULL "
                    "AND (kind <> 'set' OR id > ?2))",
                    m_id, m_lastSetting);
    if (!any) return std::unexpected(any.error());
    return *any != 0;
}

/// Settings stay marked as untaken until the engine has taken them over between two steps.
Result<RunRequests> RunBatchWriter::takeRequests()
{
    struct Row {
        std::int64_t id;
        std::string kind;
        SettingChange change;
    };
    const auto rows = m_db.rows<Row>(
        "SELECT id, kind, key, value FROM requests WHERE run_id = ?1 AND taken_at IS NULL "
        "AND (kind <> 'set' OR id > ?2) ORDER BY id",
        [](const Statement& row) {
            return Row{row.integer(0), row.text(1), {row.text(2), jsonAt(row, 3)}};
        },
        m_id, m_lastSetting);
    if (!rows) return std::unexpected(rows.error());
    RunRequests requests;
    for (const Row& row : *rows) {
        if (row.kind == "set")
            requests.settings.push_back({row.id, row.change});
        else if (const auto kind = requestKindOf(row.kind))
            requests.kinds.push_back(*kind);
    }
    if (requests.kinds.empty()) return requests;
    if (auto s = m_db.run("UPDATE requests SET taken_at = ?2 WHERE run_id = ?1 AND taken_at IS NULL "
                          "AND kind <> 'set'",
                          m_id, unixNow());
        !s)
        return std::unexpected(s.error());
    return requests;
}

Status RunBatchWriter::release()
{
    return m_db.run("UPDATE runs SET process = NULL WHERE id = ?1", m_id);
}

} // namespace boolab
