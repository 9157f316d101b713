// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_json.h"
#include "app/cli/runs_command.h"
#include "core/jobs/text_format.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

struct Filter {
    std::string project, kind, state;
    std::int64_t limit = 0;
    RunId parent = 0;

    bool takes(const RunRecord& run) const
    {
        return (kind.empty() || run.kind == kind) && (state.empty() || nameOf(run.state) == state) &&
               (parent == 0 || run.parent == parent);
    }
};

/// The figure that a run is remembered by.
std::string resultShort(const RunRecord& run)
{
    if (!run.result.is_object()) return run.message.substr(0, run.message.find('\n'));
    for (const char* key : {"perplexity", "relative_error", "loss"})
        if (run.result.contains(key) && run.result[key].is_number())
            return fmt::format("{} {}", key, formatNumber(run.result[key].get<double>()));
    return run.result.contains("text") && run.result["text"].is_string()
               ? run.result["text"].get<std::string>().substr(0, 40)
               : "";
}

std::string stateOf(const RunRecord& run)
{
    if (run.silentSeconds <= 0) return nameOf(run.state);
    return fmt::format("{}, no sign of life for {}", nameOf(run.state), formatDuration(run.silentSeconds));
}

std::string table(const std::vector<RunRecord>& runs)
{
    std::vector<std::vector<std::string>> rows = {
        {"id", "project", "kind", "name", "state", "step", "started", "time", "result"}};
    for (const RunRecord& run : runs)
        rows.push_back({std::to_string(run.id), run.project, run.kind, run.name, stateOf(run),
                        run.totalSteps > 0 ? fmt::format("{}/{}", run.step, run.totalSteps) : "-",
                        timeText(run.startedAt), formatDuration(secondsAtWork(run)), resultShort(run)});
    return textTable(rows);
}

int list(const RunsContext& context, const Filter& filter)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    auto runs = store->runs(filter.project);
    if (!runs) return context.fail(runs.error());
    std::erase_if(*runs, [&](const RunRecord& run) { return !filter.takes(run); });
    if (filter.limit > 0 && runs->size() > static_cast<std::size_t>(filter.limit))
        runs->resize(static_cast<std::size_t>(filter.limit));
    nlohmann::json json = nlohmann::json::array();
    for (const RunRecord& run : *runs)
        json.push_back(toJson(run));
    return context.print({{"runs", json}}, runs->empty() ? "No runs.\n" : table(*runs));
}

} // namespace

Command addRunsList(SharedRunsContext context)
{
    CLI::App* app = context->add("list", "All runs, newest first.");
    auto filter = std::make_shared<Filter>();
    app->add_option("--project", filter->project, "Only runs of this project.");
    app->add_option("--kind", filter->kind, "Only convert, finetune, evaluate, generate or sweep runs.");
    app->add_option("--state", filter->state,
                    "Only runs in this state: queued, running, paused, done, failed, stopped, interrupted.");
    app->add_option("--parent", filter->parent, "Only the runs of this sweep.")->option_text("ID");
    app->add_option("--limit", filter->limit, "At most so many.")->check(CLI::NonNegativeNumber);
    return {app, [context, filter] { return list(*context, *filter); }};
}

} // namespace boolab::cli
