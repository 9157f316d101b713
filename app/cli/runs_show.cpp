// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_json.h"
#include "app/cli/runs_command.h"
#include "core/jobs/job.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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
    if (!run["tags"].empty())
        text +=
            fmt::format("  {:<12}{}\n", "tags", fmt::join(run["tags"].get<std::vector<std::string>>(), " "));
    if (run["pinned"].get<bool>()) text += fmt::format("  {:<12}yes\n", "pinned");
    if (const std::string since = run.value("archived", "-"); since != "-")
        text += fmt::format("  {:<12}{}\n", "archived", since);
    if (const auto job = Job::fromJson(run["job"], "job"))
        text += fmt::format("  {:<12}{}\n", "command", job->toCommandLine());
    return text;
}

std::string notes(const nlohmann::json& run)
{
    const std::string text = run.value("notes", "");
    return text.empty() ? text : fmt::format("\nnotes\n{}{}", text, text.ends_with('\n') ? "" : "\n");
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

std::string events(const nlohmann::json& run)
{
    constexpr std::size_t kShown = 20;
    const auto& all = run["events"];
    if (all.empty()) return {};
    const std::size_t first = all.size() > kShown ? all.size() - kShown : 0;
    std::vector<std::vector<std::string>> rows = {{"step", "event", "what"}};
    for (std::size_t i = first; i < all.size(); ++i)
        rows.push_back({all[i]["step"].dump(), all[i].value("kind", ""), all[i].value("text", "")});
    std::string text = "\n" + textTable(rows);
    if (first > 0) text += fmt::format("({} earlier events: --json shows them)\n", first);
    return text;
}

std::string waitingSettings(const nlohmann::json& run)
{
    std::string text;
    for (const auto& setting : run["settings"])
        if (setting["from_step"].is_null())
            text += fmt::format("asked for: {} {} (not in force yet)\n", setting.value("key", ""),
                                setting["value"].dump());
    return text.empty() ? text : "\n" + text;
}

std::string newestSample(const nlohmann::json& run)
{
    if (run["samples"].empty()) return {};
    const auto& sample = run["samples"].back();
    return fmt::format("\ntext at step {} ({} in all: --json shows them)\n  prompt   {}\n  teacher  {}\n"
                       "  student  {}\n",
                       sample["step"].dump(), run["samples"].size(), sample["prompt"].dump(),
                       sample["teacher"].dump(), sample["student"].dump());
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
    return context.print(*run, context.json() ? ""
                                              : card(*run) + notes(*run) + results(*run) + lastMetrics(*run) +
                                                    events(*run) + waitingSettings(*run) +
                                                    newestSample(*run) + files(*run));
}

} // namespace

Command addRunsShow(SharedRunsContext context)
{
    CLI::App* app = context->add("show", "One run: settings, result, curves in short, events, texts, files.");
    auto id = std::make_shared<RunId>(0);
    context->takesRuns(app->add_option("id", *id, kRunHelp))->required()->option_text("ID");
    return {app, [context, id] { return show(*context, *id); }};
}

} // namespace boolab::cli
