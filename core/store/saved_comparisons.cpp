// SPDX-License-Identifier: Apache-2.0
#include "core/store/saved_comparisons.h"

#include "core/store/run_rows.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boolab
{

using sqlite::Statement;

namespace
{

constexpr const char* kColumns = "SELECT c.name, c.settings, r.id, c.changed_at FROM comparisons c "
                                 "LEFT JOIN runs r ON r.id = c.baseline_id AND r.deleted_at IS NULL ";

SavedComparison comparisonAt(const Statement& row)
{
    SavedComparison comparison{.name = row.text(0), .settings = jsonAt(row, 1), .runs = {}, .baseline = {}};
    if (!comparison.settings.is_object()) comparison.settings = nlohmann::json::object();
    if (!row.isNull(2)) comparison.baseline = row.integer(2);
    comparison.changedAt = row.real(3);
    return comparison;
}

} // namespace

std::vector<RunId> runNumbersIn(const std::string& text)
{
    std::vector<RunId> ids;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t end = std::min(text.find(',', from), text.size());
        std::string_view word = std::string_view(text).substr(from, end - from);
        word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
        word = word.substr(0, word.find_last_not_of(' ') + 1);
        RunId id = 0;
        const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), id);
        if (error != std::errc() || stop != word.data() + word.size()) return {};
        ids.push_back(id);
        from = end + 1;
    }
    return ids;
}

Result<std::vector<RunId>> SavedComparisons::runsOf(const std::string& name)
{
    return m_db.rows<RunId>(
        "SELECT c.run_id FROM comparison_runs c JOIN runs r ON r.id = c.run_id "
        "WHERE c.comparison = ?1 AND r.deleted_at IS NULL ORDER BY c.position, c.run_id",
        [](const Statement& row) { return row.integer(0); }, name);
}

Result<std::vector<SavedComparison>> SavedComparisons::all()
{
    auto found =
        m_db.rows<SavedComparison>(std::string(kColumns) + "ORDER BY c.name COLLATE NOCASE", comparisonAt);
    if (!found) return found;
    for (SavedComparison& one : *found) {
        auto runs = runsOf(one.name);
        if (!runs) return std::unexpected(runs.error());
        one.runs = std::move(*runs);
    }
    return found;
}

Result<SavedComparison> SavedComparisons::find(const std::string& name)
{
    auto known = all();
    if (!known) return std::unexpected(known.error());
    if (const auto found = std::ranges::find(*known, name, &SavedComparison::name); found != known->end())
        return std::move(*found);
    std::vector<std::string> names;
    std::ranges::transform(*known, std::back_inserter(names), &SavedComparison::name);
    return fail(ErrorCode::Usage,
                fmt::format("{}: has no saved comparison \"{}\"", m_db.file().string(), name),
                names.empty() ? "None is saved yet; `runs compare ID ID --save NAME` keeps one."
                              : fmt::format("There are: {}.", fmt::join(names, ", ")));
}

Status SavedComparisons::save(const SavedComparison& comparison)
{
    if (comparison.name.empty())
        return fail(ErrorCode::Usage, "a comparison needs a name", "Type at least one character.");
    if (!runNumbersIn(comparison.name).empty())
        return fail(ErrorCode::Usage,
                    fmt::format("\"{}\" reads as numbers of runs, a name was expected", comparison.name),
                    "`boolab --compare` would take it for those runs. Add a word to it.");
    if (comparison.runs.empty())
        return fail(ErrorCode::Usage, "a comparison without runs cannot be saved", "Add runs to it first.");
    auto transaction = sqlite::Transaction::begin(m_db);
    if (!transaction) return std::unexpected(transaction.error());
    for (const RunId id : comparison.runs)
        if (const auto run = selectRun(m_db, id); !run) return std::unexpected(run.error());
    const bool hasBaseline =
        comparison.baseline &&
        std::ranges::find(comparison.runs, *comparison.baseline) != comparison.runs.end();
    if (auto saved = m_db.run("INSERT INTO comparisons(name, settings, baseline_id, changed_at) "
                              "VALUES (?1, ?2, ?3, ?4) ON CONFLICT(name) DO UPDATE SET "
                              "settings = excluded.settings, baseline_id = excluded.baseline_id, "
                              "changed_at = excluded.changed_at",
                              comparison.name, jsonColumn(comparison.settings).value_or("{}"),
                              hasBaseline ? comparison.baseline : std::nullopt, unixNow());
        !saved)
        return saved;
    if (auto cleared = m_db.run("DELETE FROM comparison_runs WHERE comparison = ?1", comparison.name);
        !cleared)
        return cleared;
    std::int64_t position = 0;
    for (const RunId id : comparison.runs)
        if (auto added = m_db.run("INSERT OR IGNORE INTO comparison_runs VALUES (?1, ?2, ?3)",
                                  comparison.name, id, position++);
            !added)
            return added;
    return transaction->commit();
}

Status SavedComparisons::remove(const std::string& name)
{
    if (auto removed = m_db.run("DELETE FROM comparisons WHERE name = ?1", name); !removed) return removed;
    if (m_db.changes() > 0) return {};
    auto missing = find(name);
    return missing ? Status() : Status(std::unexpected(missing.error()));
}

} // namespace boolab
