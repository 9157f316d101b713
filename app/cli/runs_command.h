// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/command.h"
#include "core/store/experiment_store.h"

#include <memory>

namespace boolab::cli
{

/// What the subcommands of `runs` share: which database, and how to print.
class RunsContext
{
public:
    explicit RunsContext(CLI::App& runs) : m_runs(runs) {}

    /// A subcommand with --db and --json.
    CLI::App* add(const std::string& name, const std::string& summary);
    Result<ExperimentStore> open() const;
    std::filesystem::path database() const;
    /// Lets an option of numbers of runs take the words latest and latest-finetune, as the window's --run
    /// does.
    CLI::Option* takesRuns(CLI::Option* option) const;
    bool json() const { return m_json; }
    /// `text` for people, or `json`.
    int print(const nlohmann::json& json, const std::string& text) const;
    int fail(const Error& error) const;

private:
    CLI::App& m_runs;
    std::string m_db;
    bool m_json = false;
};

using SharedRunsContext = std::shared_ptr<RunsContext>;
using RunIds = std::vector<RunId>;

inline constexpr const char* kRunHelp =
    "The run's number, as `runs list` shows it; or latest, latest-finetune.";

/// The positional ID... of a subcommand; at least `count`.
std::shared_ptr<RunIds> addRunIds(const RunsContext& context, CLI::App& app, int count);

Command addRunsList(SharedRunsContext context);
Command addRunsShow(SharedRunsContext context);
Command addRunsCompare(SharedRunsContext context);
Command addRunsExport(SharedRunsContext context);
Command addRunsDelete(SharedRunsContext context);
/// tag, untag, note, pin, unpin, archive and restore.
std::vector<Command> addRunsLabels(SharedRunsContext context);
Command addRunsFilters(SharedRunsContext context);
Command addRunsLineage(SharedRunsContext context);
/// backup and restore-database.
std::vector<Command> addRunsBackup(SharedRunsContext context);
Command addRunsGc(SharedRunsContext context);
/// pause, resume, stop and checkpoint of a run that goes on.
std::vector<Command> addRunsRequests(SharedRunsContext context);
Command addRunsSet(SharedRunsContext context);

} // namespace boolab::cli
