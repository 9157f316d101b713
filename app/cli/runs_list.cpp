// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output.h"
#include "app/cli/run_json.h"
#include "app/cli/runs_command.h"
#include "core/base/json_field.h"
#include "core/jobs/text_format.h"
#include "core/store/run_query.h"
#include "core/store/run_values.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <ranges>

namespace boolab::cli
{

namespace
{

struct Filter {
    std::vector<std::string> words;
    std::string saved, project, kind, state, columns;
    std::int64_t limit = 0;
    RunId parent = 0;
    bool archived = false, deleted = false;

    bool takes(const RunRecord& run) const
    {
        return (project.empty() || run.project == project) && (kind.empty() || run.kind == kind) &&
               (state.empty() || nameOf(run.state) == state) && (parent == 0 || run.parent == parent);
    }
};

/// The figure that a run is remembered by.
std::string resultShort(const RunRecord& run)
{
    if (!run.result.is_object()) return run.message.substr(0, run.message.find('\n'));
    for (const char* key : {"perplexity", "relative_error", "loss"})
        if (const auto figure = numberAt(run.result, key))
            return fmt::format("{} {}", key, formatNumber(*figure));
    return textAt(run.result, "text").substr(0, 40);
}

std::string stateOf(const RunRecord& run)
{
    if (run.silentSeconds <= 0) return nameOf(run.state);
    return fmt::format("{}, no sign of life for {}", nameOf(run.state), formatDuration(run.silentSeconds));
}

std::string marks(const RunRecord& run)
{
    std::vector<std::string> words;
    if (run.pinned) words.push_back("*");
    if (run.archivedAt > 0) words.push_back("(archived)");
    words.insert(words.end(), run.tags.begin(), run.tags.end());
    return fmt::format("{}", fmt::join(words, " "));
}

using Cell = std::string (*)(const RunRecord& run);
const std::vector<std::pair<std::string, Cell>>& ownColumns()
{
    static const std::vector<std::pair<std::string, Cell>> columns = {
        {"id", [](const RunRecord& run) { return std::to_string(run.id); }},
        {"project", [](const RunRecord& run) { return run.project; }},
        {"kind", [](const RunRecord& run) { return run.kind; }},
        {"name", [](const RunRecord& run) { return run.name; }},
        {"state", [](const RunRecord& run) { return stateOf(run); }},
        {"step",
         [](const RunRecord& run) {
             return run.totalSteps > 0 ? fmt::format("{}/{}", run.step, run.totalSteps) : std::string("-");
         }},
        {"started", [](const RunRecord& run) { return timeText(run.startedAt); }},
        {"time", [](const RunRecord& run) { return formatDuration(secondsAtWork(run)); }},
        {"result", [](const RunRecord& run) { return resultShort(run); }},
        {"tags", [](const RunRecord& run) { return marks(run); }},
        {"notes", [](const RunRecord& run) { return run.notes.substr(0, run.notes.find('\n')); }}};
    return columns;
}

std::string cellOf(const std::string& column, const RunRecord& run, const SummaryTable& curves)
{
    const auto own = std::ranges::find(ownColumns(), column, &std::pair<std::string, Cell>::first);
    if (own != ownColumns().end()) return own->second(run);
    const auto found = curves.find(run.id);
    const auto value =
        firstRunValue(run, found == curves.end() ? std::vector<MetricSummary>() : found->second, column);
    if (!value) return "-";
    return value->number && *value->number != std::round(*value->number) ? formatNumber(*value->number)
                                                                         : value->text;
}

std::vector<std::string> columnsOf(const Filter& filter, const std::vector<RunRecord>& runs)
{
    std::vector<std::string> columns;
    if (filter.columns.empty()) {
        const bool hasMarks =
            std::ranges::any_of(runs, [](const RunRecord& run) { return !marks(run).empty(); });
        for (const auto& [name, cell] : ownColumns())
            if (name != "notes" && (name != "tags" || hasMarks)) columns.push_back(name);
        return columns;
    }
    for (const auto part : std::views::split(filter.columns, ','))
        if (!part.empty()) columns.emplace_back(part.begin(), part.end());
    return columns;
}

std::string table(const std::vector<RunRecord>& runs, const std::vector<std::string>& columns,
                  const SummaryTable& curves)
{
    std::vector<std::vector<std::string>> rows = {columns};
    for (const RunRecord& run : runs) {
        rows.emplace_back();
        for (const std::string& column : columns)
            rows.back().push_back(cellOf(column, run, curves));
    }
    return textTable(rows);
}

Result<RunQuery> queryOf(const ExperimentStore& store, const Filter& filter)
{
    std::string text;
    for (const std::string& word : filter.words)
        text += (text.empty() ? "" : " ") + word;
    if (!filter.saved.empty()) {
        const auto filters = store.savedFilters();
        if (!filters) return std::unexpected(filters.error());
        const auto found = std::ranges::find(*filters, filter.saved, &SavedFilter::name);
        if (found == filters->end())
            return fail(ErrorCode::Usage, fmt::format("there is no saved filter \"{}\"", filter.saved),
                        "`boolab-cli runs filters` shows those there are.");
        text += (text.empty() ? "" : " ") + found->query;
    }
    return RunQuery::parse(text);
}

std::vector<RunRecord> chosen(std::vector<RunRecord> runs, const Filter& filter, const RunQuery& query,
                              const SummaryTable& curves)
{
    const RunRelations relations(runs);
    const bool wantsArchived =
        filter.archived || filter.deleted || query.asksFor("is", "archived") || filter.parent != 0;
    std::vector<RunRecord> found;
    for (const RunRecord& run : runs) {
        const auto own = curves.find(run.id);
        if (filter.takes(run) && (wantsArchived || run.archivedAt == 0) &&
            query.matches(run, own == curves.end() ? std::vector<MetricSummary>() : own->second, &relations))
            found.push_back(run);
    }
    if (filter.limit > 0 && found.size() > static_cast<std::size_t>(filter.limit))
        found.resize(static_cast<std::size_t>(filter.limit));
    return found;
}

int list(const RunsContext& context, const Filter& filter)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    const auto query = queryOf(*store, filter);
    if (!query) return context.fail(query.error());
    auto runs = filter.deleted ? store->deletedRuns() : store->runs();
    if (!runs) return context.fail(runs.error());
    const bool needsCurves = !query->figures().empty() || !filter.columns.empty();
    auto curves = needsCurves ? store->metricSummaries() : Result<SummaryTable>();
    if (!curves) return context.fail(curves.error());
    if (const std::string unknown = unknownFigures(*query, *runs, *curves); !unknown.empty())
        printNote("note: " + unknown + "\n");
    const auto found = chosen(std::move(*runs), filter, *query, *curves);
    if (!context.json())
        return context.print({},
                             found.empty() ? "No runs.\n" : table(found, columnsOf(filter, found), *curves));
    nlohmann::json json = nlohmann::json::array();
    for (const RunRecord& run : found)
        json.push_back(toJson(run));
    return context.print({{"runs", json}}, {});
}

} // namespace

Command addRunsList(SharedRunsContext context)
{
    CLI::App* app = context->add("list", "Runs, newest first: all, or those that a query finds.");
    auto filter = std::make_shared<Filter>();
    app->add_option("query", filter->words,
                    "Words (in name, notes, tags, kind, project, state), key:text, key<number, -term for the "
                    "opposite: method:gptq bits<2.6 ppl<40 -tag:old. docs/runs.md has all of it.")
        ->option_text("QUERY...");
    app->add_option("--filter", filter->saved, "A saved filter; see `runs filters`.")->option_text("NAME");
    app->add_flag("--archived", filter->archived, "With archived runs.");
    app->add_flag("--deleted", filter->deleted, "Only deleted runs, which `runs restore` brings back.");
    app->add_option("--columns", filter->columns,
                    "What to show, with commas: id, name, tags, notes, … and any option, figure or curve "
                    "(perplexity, learning_rate, loss.min).")
        ->option_text("LIST");
    app->add_option("--project", filter->project, "Only runs of this project.");
    app->add_option("--kind", filter->kind, "Only convert, finetune, evaluate, generate or sweep runs.");
    app->add_option("--state", filter->state,
                    "Only runs in this state: queued, running, paused, done, failed, stopped, interrupted.");
    app->add_option("--parent", filter->parent, "Only the runs of this sweep.")->option_text("ID");
    app->add_option("--limit", filter->limit, "At most so many.")->check(CLI::NonNegativeNumber);
    return {app, [context, filter] { return list(*context, *filter); }};
}

} // namespace boolab::cli
