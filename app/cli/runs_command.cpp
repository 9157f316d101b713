// SPDX-License-Identifier: Apache-2.0
#include "app/cli/runs_command.h"

#include "app/cli/execute_job.h"
#include "app/cli/output.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace boolab::cli
{

namespace
{

Result<RunId> newestRun(const std::filesystem::path& database, bool onlyFinetune)
{
    const auto store = ExperimentStore::open(database);
    if (!store) return std::unexpected(store.error());
    const auto runs = store->runs();
    if (!runs) return std::unexpected(runs.error());
    for (const RunRecord& run : *runs) // newest first
        if (!onlyFinetune || run.kind == "finetune") return run.id;
    return fail(ErrorCode::BadInput,
                fmt::format("{} holds no run{} yet", database.string(), onlyFinetune ? " of finetune" : ""));
}

bool isNumber(const std::string& word)
{
    return !word.empty() && word.size() < 18 && word.find_first_not_of("0123456789") == std::string::npos;
}

} // namespace

CLI::App* RunsContext::add(const std::string& name, const std::string& summary)
{
    CLI::App* app = m_runs.add_subcommand(name, summary);
    app->add_option(
        "--db", m_db,
        "The experiment database. Default: $BOOLAB_HOME/experiments.sqlite, else the XDG data folder.");
    app->add_flag("--json", m_json, "One JSON object on standard output and nothing else.");
    return app;
}

Result<ExperimentStore> RunsContext::open() const
{
    return ExperimentStore::open(database());
}

std::filesystem::path RunsContext::database() const
{
    return databaseOf(m_db);
}

CLI::Option* RunsContext::takesRuns(CLI::Option* option) const
{
    // --db is declared before and thus known when this is asked.
    const auto toNumber = [this](std::string& word) -> std::string {
        if (isNumber(word)) return {};
        if (word != "latest" && word != "latest-finetune")
            return fmt::format(
                "\"{}\" is no run, the number of one was expected, as `runs list` shows it, or "
                "latest",
                word);
        const auto id = newestRun(database(), word != "latest");
        if (!id) return id.error().text();
        word = std::to_string(*id);
        return {};
    };
    return option->transform(CLI::Validator(toNumber, {}));
}

int RunsContext::print(const nlohmann::json& json, const std::string& text) const
{
    m_json ? printJson(json) : printText(text);
    return 0;
}

int RunsContext::fail(const Error& error) const
{
    return report(error, m_json);
}

std::shared_ptr<RunIds> addRunIds(const RunsContext& context, CLI::App& app, int count)
{
    auto ids = std::make_shared<RunIds>();
    context.takesRuns(app.add_option("id", *ids, "Numbers of runs, as `runs list` shows them."))
        ->required()
        ->expected(count, 10000)
        ->option_text("ID...");
    return ids;
}

Command addRuns(CLI::App& root)
{
    CLI::App* app = root.add_subcommand(
        "runs", "List, search, show, steer, label, compare, export, delete and back up recorded runs.");
    app->require_subcommand(1);
    auto context = std::make_shared<RunsContext>(*app);
    std::vector<Command> commands = {
        addRunsList(context),   addRunsShow(context),    addRunsCompare(context),
        addRunsExport(context), addRunsDelete(context),  addRunsGc(context),
        addRunsSet(context),    addRunsFilters(context), addRunsLineage(context)};
    for (auto several : {addRunsRequests(context), addRunsLabels(context), addRunsBackup(context)})
        std::ranges::move(several, std::back_inserter(commands));
    return {app, [commands] {
                for (const Command& command : commands)
                    if (command.app->parsed()) return command.run();
                return exitCode(ErrorCode::Usage);
            }};
}

} // namespace boolab::cli
