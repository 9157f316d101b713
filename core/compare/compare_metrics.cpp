// SPDX-License-Identifier: Apache-2.0
#include "core/compare/comparison.h"
#include "core/compare/metric_order.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace boolab
{

namespace
{

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

bool isOver(const RunRecord& run)
{
    return run.state == RunState::Done || run.state == RunState::Failed || run.state == RunState::Stopped;
}

/// Rows by what may be compared, in the order in which they come up.
class Rows
{
public:
    explicit Rows(std::size_t runs) : m_runs(runs) {}

    bool has(const std::string& metric) const
    {
        return std::ranges::any_of(m_rows, [&](const MetricRow& row) { return row.metric == metric; });
    }
    void add(std::size_t run, const Score& score, bool isCurve, bool isSoFar)
    {
        const auto [place, isNew] = m_places.try_emplace(score.key, m_rows.size());
        if (isNew) {
            MetricRow row{.metric = score.metric, .protocol = score.protocol, .cells = {}};
            row.better = betterOf(score.metric);
            row.isCurve = true;
            row.cells.resize(m_runs, {.value = kNone, .delta = kNone, .deltaPercent = kNone});
            m_rows.push_back(std::move(row));
        }
        MetricRow& row = m_rows[place->second];
        row.isCurve = row.isCurve && isCurve;
        row.cells[run].value = score.value;
        row.cells[run].standardError = score.standardError;
        row.cells[run].isSoFar = isSoFar;
    }
    bool has(const Score& score, std::size_t run) const
    {
        const auto found = m_places.find(score.key);
        return found != m_places.end() && !std::isnan(m_rows[found->second].cells[run].value);
    }
    std::vector<MetricRow> take() { return std::move(m_rows); }

private:
    std::size_t m_runs;
    std::map<std::string, std::size_t> m_places;
    std::vector<MetricRow> m_rows;
};

/// Bits are told with the K that they come from, also where the result of a run does not say it.
void addKernels(Rows& rows, std::span<const ComparedRun> runs)
{
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const ComparedRun& one = runs[i];
        const Score mean = scoreOf(one.run, "kernels", one.kernels);
        if (one.kernels > 0 && !rows.has(mean, i)) rows.add(i, mean, false, false);
        const auto layers = one.layerValues.find("kernel_count");
        if (layers == one.layerValues.end() || layers->second.empty() || !rows.has("max_kernels")) continue;
        const Score most =
            scoreOf(one.run, "max_kernels", static_cast<double>(std::ranges::max(layers->second)));
        if (!rows.has(most, i)) rows.add(i, most, false, false);
    }
}

void markBest(MetricRow& row)
{
    if (row.better == Better::Unknown) return;
    std::vector<double> values;
    for (const MetricCell& cell : row.cells)
        if (std::isfinite(cell.value)) values.push_back(cell.value);
    if (values.size() < 2) return;
    const auto [low, high] = std::ranges::minmax(values);
    if (low == high) return;
    const double best = row.better == Better::Lower ? low : high;
    for (MetricCell& cell : row.cells)
        cell.isBest = cell.value == best;
}

void setDeltas(MetricRow& row, std::size_t baseline)
{
    const double base = row.cells[baseline].value;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        if (i == baseline) continue;
        row.cells[i].delta = row.cells[i].value - base; // NaN where either is
        if (base != 0) row.cells[i].deltaPercent = 100 * row.cells[i].delta / std::abs(base);
    }
}

void markOtherProtocols(std::vector<MetricRow>& rows)
{
    std::map<std::string, int> counts;
    for (const MetricRow& row : rows)
        ++counts[row.metric];
    for (MetricRow& row : rows)
        row.hasOtherProtocols = counts[row.metric] > 1;
}

} // namespace

std::vector<MetricRow> compareMetrics(std::span<const ComparedRun> runs, std::optional<RunId> baseline)
{
    Rows rows(runs.size());
    for (std::size_t i = 0; i < runs.size(); ++i)
        for (const Score& score : scoresOf(runs[i].run))
            rows.add(i, score, false, false);
    addKernels(rows, runs);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const bool hasResult = runs[i].run.result.is_object();
        for (const MetricSummary& curve : runs[i].curves) {
            if (!std::isfinite(curve.last)) continue;
            // What a run that goes on has measured of its text depends on how far it came.
            if (!hasResult && (curve.name == "perplexity" || curve.name == "nll")) continue;
            const Score last = scoreOf(runs[i].run, curve.name, curve.last);
            if (!rows.has(last, i)) rows.add(i, last, true, !isOver(runs[i].run));
            if (!isQuality(curve.name) && !curve.name.starts_with("loss")) continue;
            if (!curve.name.starts_with("held_out") && !curve.name.starts_with("loss")) continue;
            Score lowest = scoreOf(runs[i].run, curve.name + ", lowest", curve.lowest);
            if (std::isfinite(lowest.value)) rows.add(i, lowest, true, !isOver(runs[i].run));
        }
    }
    std::vector<MetricRow> table = rows.take();
    std::ranges::stable_sort(table, {}, [](const MetricRow& row) {
        const std::string metric = row.metric.substr(0, row.metric.find(", lowest"));
        return std::pair(row.isCurve && rankOf(metric) >= rankOf("unknown") ? 1 : 0, rankOf(metric));
    });
    const auto base =
        baseline ? std::ranges::find(runs, *baseline, [](const ComparedRun& one) { return one.run.id; })
                 : runs.end();
    for (MetricRow& row : table) {
        markBest(row);
        if (base != runs.end()) setDeltas(row, static_cast<std::size_t>(base - runs.begin()));
    }
    markOtherProtocols(table);
    return table;
}

} // namespace boolab
