// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output.h"
#include "app/cli/runs_command.h"
#include "core/jobs/text_format.h"
#include "core/store/garbage.h"

#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

namespace boolab::cli
{

namespace
{

struct Options {
    bool dryRun = false, yes = false, moved = false;
};

nlohmann::json json(const Garbage& garbage, bool removed)
{
    nlohmann::json runs = nlohmann::json::array(), files = nlohmann::json::array(),
                   kept = nlohmann::json::array();
    for (const RunRecord& run : garbage.runs)
        runs.push_back({{"id", run.id}, {"kind", run.kind}, {"name", run.name}});
    for (const Garbage::Item& item : garbage.items)
        files.push_back({{"run", item.run}, {"kind", item.kind}, {"path", item.path}, {"bytes", item.bytes}});
    for (const Garbage::Kept& one : garbage.kept)
        kept.push_back({{"path", one.path}, {"reason", one.reason}});
    return {{"removed", removed ? garbage.runs.size() : 0},
            {"dry_run", !removed},
            {"bytes", garbage.bytes()},
            {"runs", runs},
            {"files", files},
            {"kept", kept}};
}

std::string text(const Garbage& garbage)
{
    std::string all;
    if (!garbage.runs.empty()) {
        std::vector<std::vector<std::string>> rows = {{"run", "kind", "name"}};
        for (const RunRecord& run : garbage.runs)
            rows.push_back({std::to_string(run.id), run.kind, run.name});
        all += textTable(rows);
    }
    if (!garbage.items.empty()) {
        std::vector<std::vector<std::string>> rows = {{"run", "file or folder", "kind", "size"}};
        for (const Garbage::Item& item : garbage.items)
            rows.push_back({std::to_string(item.run), item.path, item.kind, formatBytes(item.bytes)});
        all += "\n" + textTable(rows);
    }
    if (!garbage.kept.empty()) {
        std::vector<std::vector<std::string>> rows = {{"stays", "because"}};
        for (const Garbage::Kept& one : garbage.kept)
            rows.push_back({one.path, one.reason});
        all += "\n" + textTable(rows);
    }
    return all;
}

bool isConfirmed()
{
    printNote("Remove this for good? [y/N] ");
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

int collect(const RunsContext& context, const Options& options)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    if (options.moved)
        if (auto recorded = store->recordPlace(); !recorded) return context.fail(recorded.error());
    if (!options.dryRun) // before anything is asked
        if (auto here = store->refuseElsewhere(); !here) return context.fail(here.error());
    const auto found = findGarbage(*store);
    if (!found) return context.fail(found.error());
    const std::string sum = fmt::format("{} deleted runs, {} files and folders, {}", found->runs.size(),
                                        found->items.size(), formatBytes(found->bytes()));
    if (found->runs.empty())
        return context.print(json(*found, false), "Nothing to remove: no run is deleted.\n");
    if (options.dryRun)
        return context.print(json(*found, false), text(*found) + "\nwould remove " + sum + "\n");
    if (!options.yes) {
        if (isatty(STDIN_FILENO) == 0 || context.json())
            return context.fail({ErrorCode::Usage, "removing " + sum + " for good needs a yes",
                                 "--dry-run lists all of it, --yes removes it without asking."});
        printNote(text(*found) + "\n" + sum + "\n");
        if (!isConfirmed()) return context.print({}, "Nothing was removed.\n");
    }
    const auto removed = collectGarbage(*store, *found);
    if (!removed) return context.fail(removed.error());
    return context.print(json(*removed, true),
                         (options.yes ? text(*removed) + "\n" : std::string()) +
                             fmt::format("removed {} runs from {} and {} files and folders, {}\n",
                                         removed->runs.size(), store->path().string(), removed->items.size(),
                                         formatBytes(removed->bytes())));
}

} // namespace

Command addRunsGc(SharedRunsContext context)
{
    CLI::App* app = context->add(
        "gc",
        "Remove deleted runs for good, with the models and checkpoints of theirs that no other run refers "
        "to, and shrink the database. Lists everything first and asks.");
    auto options = std::make_shared<Options>();
    app->add_flag("--dry-run", options->dryRun, "Only list what would be removed, and what stays and why.");
    app->add_flag("-y,--yes", options->yes, "Do not ask.");
    app->add_flag(
        "--moved", options->moved,
        "This database was moved here, or restored from a backup, and no other copy of it is in use: "
        "write its new place down, and remove.");
    return {app, [context, options] { return collect(*context, *options); }};
}

} // namespace boolab::cli
