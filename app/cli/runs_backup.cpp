// SPDX-License-Identifier: Apache-2.0
#include "app/cli/runs_command.h"
#include "core/jobs/text_format.h"
#include "core/store/database_backup.h"

#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

struct Options {
    std::string file;
    bool force = false;
};

std::string textOf(const BackupFacts& facts)
{
    return fmt::format("{} runs, {} points, {}", formatCount(facts.runs), formatCount(facts.points),
                       formatBytes(facts.bytes));
}

nlohmann::json jsonOf(const BackupFacts& facts)
{
    return {{"runs", facts.runs},
            {"points", facts.points},
            {"schema_version", facts.schemaVersion},
            {"bytes", facts.bytes}};
}

int backUp(const RunsContext& context, const Options& options)
{
    const auto facts = backUpDatabase(context.database(), options.file, options.force);
    if (!facts) return context.fail(facts.error());
    nlohmann::json json = jsonOf(*facts);
    json["output"] = options.file;
    return context.print(json, fmt::format("wrote {}: {}\n", options.file, textOf(*facts)));
}

int restore(const RunsContext& context, const Options& options)
{
    const auto done = restoreDatabase(context.database(), options.file, options.force);
    if (!done) return context.fail(done.error());
    nlohmann::json json = jsonOf(done->facts);
    json["database"] = context.database().string();
    json["set_aside"] = done->setAside.string();
    std::string text = fmt::format("restored {}: {}\n", context.database().string(), textOf(done->facts));
    if (!done->setAside.empty()) text += fmt::format("what was there is now {}\n", done->setAside.string());
    return context.print(json, text);
}

} // namespace

std::vector<Command> addRunsBackup(SharedRunsContext context)
{
    CLI::App* backup = context->add(
        "backup", "Write a checked copy of the whole database into one file, also while runs go on.");
    auto wanted = std::make_shared<Options>();
    backup->add_option("file", wanted->file, "Where to.")->required()->option_text("FILE");
    backup->add_flag("--force", wanted->force, "Replace the file if it is there.");
    CLI::App* restored =
        context->add("restore-database", "Put a backup in place of the database, after checking it. Models "
                                         "are files of their own and stay as they are.");
    auto source = std::make_shared<Options>();
    restored->add_option("file", source->file, "A file that `runs backup` wrote.")
        ->required()
        ->option_text("FILE");
    restored->add_flag("--force", source->force,
                       "Where a database is there: set it aside under another name.");
    return {{backup, [=] { return backUp(*context, *wanted); }},
            {restored, [=] { return restore(*context, *source); }}};
}

} // namespace boolab::cli
