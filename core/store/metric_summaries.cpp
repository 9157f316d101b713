// SPDX-License-Identifier: Apache-2.0
#include "core/store/metric_summaries.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace boolab
{

using sqlite::Connection;
using sqlite::Statement;

namespace
{

double realOrNan(const Statement& row, int column)
{
    return row.isNull(column) ? std::numeric_limits<double>::quiet_NaN() : row.real(column);
}

MetricSummary readSummary(const Statement& row, int first)
{
    return {row.text(first), row.integer(first + 1), realOrNan(row, first + 2), realOrNan(row, first + 3),
            realOrNan(row, first + 4)};
}

} // namespace

void SummaryUpdate::add(std::int64_t metricId, const MetricPoint& point)
{
    const auto [found, isNew] = m_metrics.try_emplace(metricId, Figures{point, {}, {}});
    Figures& figures = found->second;
    if (point.step >= figures.last.step) figures.last = point;
    if (std::isnan(point.value)) return;
    figures.lowest = std::min(figures.lowest.value_or(point.value), point.value);
    figures.highest = std::max(figures.highest.value_or(point.value), point.value);
}

Status SummaryUpdate::write(Connection& connection, RunId run) const
{
    if (m_metrics.empty()) return {};
    auto statement = connection.prepare(
        "INSERT INTO metric_summaries(run_id, metric_id, step, value, lowest, highest) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(run_id, metric_id) DO UPDATE SET "
        "value = iif(excluded.step >= step, excluded.value, value), step = max(step, excluded.step), "
        "lowest = min(coalesce(lowest, excluded.lowest), coalesce(excluded.lowest, lowest)), "
        "highest = max(coalesce(highest, excluded.highest), coalesce(excluded.highest, highest))");
    if (!statement) return std::unexpected(statement.error());
    for (const auto& [metric, figures] : m_metrics) {
        statement->bindAll(run, metric, figures.last.step, figures.last.value, figures.lowest,
                           figures.highest);
        if (auto written = statement->run(); !written) return written;
    }
    return {};
}

Status rebuildSummaries(Connection& connection, RunId run)
{
    if (auto s = connection.run("DELETE FROM metric_summaries WHERE run_id = ?1", run); !s) return s;
    return connection.run("INSERT INTO metric_summaries(run_id, metric_id, step, value, lowest, highest) "
                          "SELECT ?1, s.metric_id, s.step, m.value, s.lowest, s.highest FROM "
                          "(SELECT metric_id, max(step) AS step, min(value) AS lowest, max(value) AS highest "
                          "FROM metrics WHERE run_id = ?1 GROUP BY metric_id) s "
                          "JOIN metrics m ON m.run_id = ?1 AND m.metric_id = s.metric_id AND m.step = s.step",
                          run);
}

Result<SummaryTable> selectSummaries(Connection& connection)
{
    auto rows = connection.query("SELECT s.run_id, n.name, s.step, s.value, s.lowest, s.highest "
                                 "FROM metric_summaries s JOIN metric_names n ON n.id = s.metric_id "
                                 "ORDER BY s.run_id");
    if (!rows) return std::unexpected(rows.error());
    SummaryTable table;
    for (;;) {
        const auto more = rows->step();
        if (!more) return std::unexpected(more.error());
        if (!*more) return table;
        const RunId run = rows->integer(0);
        auto place = !table.empty() && table.rbegin()->first == run ? std::prev(table.end())
                                                                    : table.try_emplace(table.end(), run);
        place->second.push_back(readSummary(*rows, 1));
    }
}

Result<std::vector<MetricSummary>> selectSummaries(Connection& connection, RunId run)
{
    return connection.rows<MetricSummary>(
        "SELECT n.name, s.step, s.value, s.lowest, s.highest FROM metric_summaries s "
        "JOIN metric_names n ON n.id = s.metric_id WHERE s.run_id = ?1 ORDER BY n.id",
        [](const Statement& row) { return readSummary(row, 0); }, run);
}

} // namespace boolab
