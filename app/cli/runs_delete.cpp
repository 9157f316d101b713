// SPDX-License-Identifier: Apache-2.0
#include "app/cli/runs_command.h"

#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

int deleteRuns(const RunsContext& context, const RunIds& ids)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    for (const RunId id : ids)
        if (auto deleted = store->deleteRun(id); !deleted) return context.fail(deleted.error());
    return context.print(
        {{"deleted", ids}},
        fmt::format("Deleted {} runs; their files stay. `runs gc` frees the space in the database.\n",
                    ids.size()));
}

int collect(const RunsContext& context)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    const auto count = store->collectGarbage();
    if (!count) return context.fail(count.error());
    return context.print({{"removed", *count}},
                         fmt::format("Removed {} deleted runs from {}.\n", *count, store->path().string()));
}

} // namespace

Command addRunsDelete(SharedRunsContext context)
{
    CLI::App* app = context->add("delete", "Hide runs from all lists; refused while they run. Files stay.");
    auto ids = addRunIds(*app, 1);
    return {app, [context, ids] { return deleteRuns(*context, *ids); }};
}

Command addRunsGc(SharedRunsContext context)
{
    CLI::App* app = context->add("gc", "Remove deleted runs for good and shrink the database.");
    return {app, [context] { return collect(*context); }};
}

} // namespace boolab::cli
