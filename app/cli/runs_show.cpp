// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_json.h"
#include "app/cli/runs_command.h"
#include "core/jobs/job.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

std::string card(const nlohmann::json& run)
{
    std::string text = fmt::format("run {}: {}\n", run["id"].dump(), run.value("name", ""));
    for (const char* key :
         {"project", "kind", "state", "phase", "message", "host", "device", "dtype", "started", "ended"})
        if (const std::string value = run.value(key, ""); !value.empty())
            text += fmt::format("  {:<12}{}\n", key, value);
    text += fmt::format("  {:<12}{}\n", "time", formatDuration(run.value("seconds", -1.0)));
    if (run.value("total_steps", std::int64_t{0}) > 0)
        text += fmt::format("  {:<12}{}/{}\n", "step", run["step"].dump(), run["total_steps"].dump());
    if (const auto job = Job::fromJson(run["job"], "job"))
        text += fmt::format("  {:<12}{}\n", "command", job->toCommandLine());
    return text;
}

std::string results(const nlohmann::json& run)
{
    if (!run["result"].is_object()) return {};
    std::vector<std::vector<std::string>> rows = {{"result", "value"}};
    for (const auto& [key, value] : run["result"].items())
        if (!value.is_structured())
            rows.push_back({key, value.is_string() ? value.get<std::string>() : value.dump()});
    return "\n" + textTable(rows);
}

std::string lastMetrics(const nlohmann::json& run)
{
    std::vector<std::vector<std::string>> rows = {{"metric", "points", "first", "last"}};
    for (const auto& [name, points] : run["metrics"].items()) {
        if (points.empty()) continue;
        const auto value = [](const nlohmann::json& point) {
            return point[1].is_number() ? formatNumber(point[1].get<double>()) : "-";
        };
        rows.push_back({name, std::to_string(points.size()), value(points.front()), value(points.back())});
    }
    return rows.size() > 1 ? "\n" + textTable(rows) : std::string();
}

std::string files(const nlohmann::json& run)
{
    std::string text;
    for (const auto& one : run["artifacts"])
        text += fmt::format("{} {} ({})\n", one.value("kind", ""), one.value("path", ""),
                            formatBytes(one.value("bytes", std::int64_t{0})));
    return text.empty() ? text : "\n" + text;
}

int show(const RunsContext& context, RunId id)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    const auto run = wholeRunJson(*store, id);
    if (!run) return context.fail(run.error());
    return context.print(*run,
                         context.json() ? "" : card(*run) + results(*run) + lastMetrics(*run) + files(*run));
}

} // namespace

Command addRunsShow(SharedRunsContext context)
{
    CLI::App* app = context->add("show", "One run: settings, result, curves in short, files.");
    auto id = std::make_shared<RunId>(0);
    app->add_option("id", *id, "The run's number, as `runs list` shows it.")->required()->option_text("ID");
    return {app, [context, id] { return show(*context, *id); }};
}

} // namespace boolab::cli
