// SPDX-License-Identifier: Apache-2.0
#include "app/cli/runs_command.h"
#include "core/inspect/model_facts.h"

#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

int lineage(const RunsContext& context, RunId id, bool withHashes)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    if (auto run = store->run(id); !run) return context.fail(run.error());
    const auto runs = store->runs();
    if (!runs) return context.fail(runs.error());
    const auto found = lineageOf(id, *runs);
    if (!found) return context.fail({ErrorCode::Database, fmt::format("run {} is gone", id), "Try again."});
    const auto facts = withHashes ? modelFacts(*store, *found, *runs) : std::map<std::string, ModelFacts>();
    return context.print(lineageJson(*found, facts), lineageText(*found, facts));
}

} // namespace

Command addRunsLineage(SharedRunsContext context)
{
    CLI::App* app = context->add(
        "lineage",
        "Where a run's models came from and what was made of its own, with models of the same content.");
    auto id = std::make_shared<RunId>(0);
    auto without = std::make_shared<bool>(false);
    context->takesRuns(app->add_option("id", *id, kRunHelp))->required()->option_text("ID");
    app->add_flag("--no-hash", *without, "Do not read the models: no hashes, no duplicates.");
    return {app, [=] { return lineage(*context, *id, !*without); }};
}

} // namespace boolab::cli
