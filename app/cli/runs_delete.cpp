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
    return context.print({{"deleted", ids}},
                         fmt::format("Deleted {} runs; their files stay. `runs restore` brings them back, "
                                     "`runs gc` removes them for good.\n",
                                     ids.size()));
}

} // namespace

Command addRunsDelete(SharedRunsContext context)
{
    CLI::App* app = context->add(
        "delete", "Hide runs from all lists until `runs restore`; refused while they run. Files stay.");
    auto ids = addRunIds(*context, *app, 1);
    return {app, [context, ids] { return deleteRuns(*context, *ids); }};
}

} // namespace boolab::cli
