// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output.h"
#include "app/cli/run_json.h"
#include "app/cli/runs_command.h"
#include "app/cli/runs_tensorboard.h"
#include "core/base/atomic_write.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

/// One line per point: run,kind,name,metric,step,value,time.
std::string csv(const nlohmann::json& runs)
{
    std::string text = "run,kind,name,metric,step,value,time\n";
    for (const auto& run : runs)
        for (const auto& [metric, points] : run["metrics"].items())
            for (const auto& point : points)
                text +=
                    fmt::format("{},{},{},{},{},{},{}\n", run["id"].dump(), csvField(run.value("kind", "")),
                                csvField(run.value("name", "")), csvField(metric), point[0].dump(),
                                point[1].is_number() ? fmt::format("{}", point[1].get<double>()) : "",
                                fmt::format("{:.3f}", point[2].get<double>()));
    return text;
}

int exportTensorboard(const RunsContext& context, const ExperimentStore& store, const RunIds& ids,
                      const std::string& folder, bool force)
{
    if (folder.empty())
        return context.fail(
            {ErrorCode::Usage, "event files need a folder", "Name one with -o, as in -o logs."});
    const auto files = writeTensorboard(store, ids, folder, force);
    if (!files) return context.fail(files.error());
    nlohmann::json json = nlohmann::json::array();
    std::string text;
    for (const auto& file : *files) {
        json.push_back(file.string());
        text += fmt::format("wrote {}\n", file.string());
    }
    return context.print({{"output", folder}, {"runs", ids.size()}, {"files", json}},
                         text + fmt::format("`tensorboard --logdir {}` shows them.\n", folder));
}

int exportRuns(const RunsContext& context, const RunIds& ids, const std::string& format,
               const std::string& file, bool force)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    if (format == "tensorboard") return exportTensorboard(context, *store, ids, file, force);
    nlohmann::json runs = nlohmann::json::array();
    for (const RunId id : ids) {
        auto run = wholeRunJson(*store, id);
        if (!run) return context.fail(run.error());
        runs.push_back(std::move(*run));
    }
    const std::string content =
        format == "csv"
            ? csv(runs)
            : nlohmann::json{{"runs", runs}}.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
                  "\n";
    if (file.empty()) {
        printText(content);
        return 0;
    }
    if (auto written = writeFileAtomically(file, content); !written) return context.fail(written.error());
    return context.print({{"output", file}, {"runs", ids.size()}}, fmt::format("wrote {}\n", file));
}

} // namespace

Command addRunsExport(SharedRunsContext context)
{
    CLI::App* app = context->add("export", "Runs with their curves, for other programs.");
    auto ids = addRunIds(*context, *app, 1);
    auto format = std::make_shared<std::string>("json"), file = std::make_shared<std::string>();
    auto force = std::make_shared<bool>(false);
    app->add_option(
           "--format", *format,
           "csv: every point of every curve; json: everything; tensorboard: a folder of event files.")
        ->check(CLI::IsMember({"csv", "json", "tensorboard"}))
        ->option_text("csv|json|tensorboard [json]");
    app->add_option("-o,--output", *file, "Default: standard output; tensorboard needs a folder.")
        ->option_text("FILE|DIR");
    app->add_flag("--force", *force, "tensorboard: replace a run's folder that is there.");
    return {app, [=] { return exportRuns(*context, *ids, *format, *file, *force); }};
}

} // namespace boolab::cli
