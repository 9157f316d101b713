// SPDX-License-Identifier: Apache-2.0
#include "app/cli/runs_command.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

struct Options {
    std::vector<std::string> save;
    std::string remove;
};

int filters(const RunsContext& context, const Options& options)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    if (!options.save.empty())
        if (auto saved = store->saveFilter({options.save[0], options.save[1]}); !saved)
            return context.fail(saved.error());
    if (!options.remove.empty())
        if (auto removed = store->removeFilter(options.remove); !removed)
            return context.fail(removed.error());
    const auto all = store->savedFilters();
    if (!all) return context.fail(all.error());
    nlohmann::json json = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows = {{"filter", "query"}};
    for (const SavedFilter& filter : *all) {
        json.push_back({{"name", filter.name}, {"query", filter.query}});
        rows.push_back({filter.name, filter.query});
    }
    return context.print({{"filters", json}}, all->empty() ? "No saved filters.\n" : textTable(rows));
}

} // namespace

Command addRunsFilters(SharedRunsContext context)
{
    CLI::App* app = context->add("filters", "Saved filters; `runs list --filter NAME` applies one.");
    auto options = std::make_shared<Options>();
    app->add_option("--save", options->save, "Keep a query under a name.")
        ->expected(2)
        ->option_text("NAME QUERY");
    app->add_option("--remove", options->remove, "Forget one.")->option_text("NAME");
    return {app, [context, options] { return filters(*context, *options); }};
}

} // namespace boolab::cli
