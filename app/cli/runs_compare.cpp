// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_json.h"
#include "app/cli/runs_command.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>
#include <set>

namespace boolab::cli
{

namespace
{

std::string cell(const nlohmann::json& object, const std::string& key)
{
    if (!object.is_object() || !object.contains(key)) return "-";
    const nlohmann::json& value = object[key];
    if (value.is_string()) return value.get<std::string>();
    return value.is_number_float() ? formatNumber(value.get<double>()) : value.dump();
}

/// Keys of the runs' job or result; `differing`: only those with more than one value.
std::vector<std::string> keysOf(const std::vector<RunRecord>& runs, RunJson RunRecord::*part, bool differing)
{
    std::set<std::string> keys;
    for (const RunRecord& run : runs)
        if ((run.*part).is_object())
            for (const auto& [key, value] : (run.*part).items())
                if (!value.is_structured() && key != "name") keys.insert(key);
    std::vector<std::string> kept;
    for (const std::string& key : keys) {
        std::set<std::string> values;
        for (const RunRecord& run : runs)
            values.insert(cell(run.*part, key));
        if (!differing || values.size() > 1) kept.push_back(key);
    }
    return kept;
}

std::string tables(const std::vector<RunRecord>& runs)
{
    std::vector<std::string> header = {"setting"}, names = {"name"}, states = {"state"};
    for (const RunRecord& run : runs) {
        header.push_back(fmt::format("run {}", run.id));
        names.push_back(run.name);
        states.push_back(nameOf(run.state));
    }
    std::vector<std::vector<std::string>> settings = {header, names, states};
    for (const std::string& key : keysOf(runs, &RunRecord::job, true)) {
        std::vector<std::string> row = {key};
        for (const RunRecord& run : runs)
            row.push_back(cell(run.job, key));
        settings.push_back(std::move(row));
    }
    header.front() = "result";
    std::vector<std::vector<std::string>> results = {header};
    for (const std::string& key : keysOf(runs, &RunRecord::result, false)) {
        std::vector<std::string> row = {key};
        for (const RunRecord& run : runs)
            row.push_back(cell(run.result, key));
        results.push_back(std::move(row));
    }
    return textTable(settings) + "\n" + textTable(results);
}

int compare(const RunsContext& context, const RunIds& ids)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    std::vector<RunRecord> runs;
    nlohmann::json json = nlohmann::json::array();
    for (const RunId id : ids) {
        auto run = store->run(id);
        if (!run) return context.fail(run.error());
        json.push_back(toJson(*run));
        runs.push_back(std::move(*run));
    }
    return context.print({{"runs", json}, {"differing_settings", keysOf(runs, &RunRecord::job, true)}},
                         tables(runs));
}

} // namespace

Command addRunsCompare(SharedRunsContext context)
{
    CLI::App* app = context->add("compare", "Runs side by side: settings that differ, and results.");
    auto ids = addRunIds(*app, 2);
    return {app, [context, ids] { return compare(*context, *ids); }};
}

} // namespace boolab::cli
