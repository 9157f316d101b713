// SPDX-License-Identifier: Apache-2.0
#include "app/cli/compare_output.h"
#include "app/cli/run_json.h"
#include "app/cli/runs_command.h"
#include "core/base/atomic_write.h"
#include "core/compare/comparison_report.h"
#include "core/jobs/text_format.h"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <numeric>
#include <set>

namespace boolab::cli
{

namespace
{

constexpr std::size_t kReportCharts = 4;
const char* const kEvery = "all"; // models of published figures

struct Options {
    RunIds ids = {};
    RunId baseline = 0;
    std::string saved, save, forget, html, references;
    bool list = false, force = false;
};

Result<std::vector<ReferenceScore>> referencesFor(const std::string& model)
{
    std::vector<ReferenceScore> found;
    std::vector<std::string> models;
    for (const ReferenceScore& one : referenceScores()) {
        if (models.empty() || models.back() != one.model) models.push_back(one.model);
        if (model == kEvery || one.model == model) found.push_back(one);
    }
    if (found.empty() && !model.empty())
        return fail(ErrorCode::Usage, fmt::format("--references {}: nothing is known of this model", model),
                    fmt::format("There are {} and: {}.", kEvery, fmt::join(models, ", ")));
    return found;
}

/// What was named, else what was saved; with the baseline checked.
Result<SavedComparison> chosen(ExperimentStore& store, const Options& options)
{
    SavedComparison comparison;
    if (!options.saved.empty()) {
        auto saved = store.comparisons().find(options.saved);
        if (!saved) return saved;
        comparison = std::move(*saved);
        if (comparison.runs.empty())
            return fail(ErrorCode::BadInput,
                        fmt::format("the comparison \"{}\" has no run that is still there", options.saved),
                        "`runs restore` brings deleted runs back.");
    }
    for (const RunId id : options.ids)
        if (std::ranges::find(comparison.runs, id) == comparison.runs.end()) comparison.runs.push_back(id);
    if (options.saved.empty() && comparison.runs.size() < 2)
        return fail(
            ErrorCode::Usage, "two different runs are the least to compare",
            "Name them by their numbers, as `runs list` shows them, or a saved comparison by --saved NAME.");
    if (options.baseline != 0) comparison.baseline = options.baseline;
    if (comparison.baseline &&
        std::ranges::find(comparison.runs, *comparison.baseline) == comparison.runs.end())
        return fail(ErrorCode::Usage, fmt::format("--baseline {}: is not among the runs that are compared",
                                                  *comparison.baseline));
    return comparison;
}

Result<ComparisonFacts> factsOf(const ExperimentStore& store, const SavedComparison& comparison)
{
    ComparisonFacts facts;
    facts.baseline = comparison.baseline;
    for (const RunId id : comparison.runs) // a run that is not there is named
        if (const auto run = store.run(id); !run) return std::unexpected(run.error());
    auto all = store.runs();
    if (!all) return std::unexpected(all.error());
    facts.all = std::move(*all);
    auto runs = readComparedRuns(store, comparison.runs, facts.all);
    if (!runs) return std::unexpected(runs.error());
    facts.runs = std::move(*runs);
    return facts;
}

/// As the window gave them, where it has saved the comparison; else in order.
std::vector<int> colorsOf(const ComparisonFacts& facts, const nlohmann::json& settings)
{
    std::vector<int> colors(facts.runs.size());
    std::iota(colors.begin(), colors.end(), 0);
    const nlohmann::json saved = settings.value("colors", nlohmann::json::object());
    std::set<int> taken;
    for (std::size_t i = 0; i < colors.size(); ++i) {
        const std::string id = std::to_string(facts.runs[i].run.id);
        if (!saved.is_object() || !saved.contains(id) || !saved[id].is_number_unsigned()) return colors;
        taken.insert(saved[id].get<int>());
    }
    if (taken.size() < colors.size()) return colors;
    for (std::size_t i = 0; i < colors.size(); ++i)
        colors[i] = saved[std::to_string(facts.runs[i].run.id)].get<int>();
    return colors;
}

Status writeHtml(const ExperimentStore& store, const ComparisonFacts& facts,
                 const SavedComparison& comparison, const Options& options)
{
    std::error_code ignored;
    if (!options.force && std::filesystem::exists(options.html, ignored))
        return fail(ErrorCode::Usage, fmt::format("{}: exists already", options.html),
                    "Choose another name, or replace it with --force.");
    ReportInput input{.title = comparison.name.empty()
                                   ? fmt::format("Comparison of {} runs", facts.runs.size())
                                   : comparison.name,
                      .madeAt = timeText(static_cast<double>(std::time(nullptr))),
                      .runs = facts.runs,
                      .colors = colorsOf(facts, comparison.settings),
                      .baseline = facts.baseline,
                      .all = facts.all,
                      .references = facts.references};
    for (const std::string& metric : tellingMetrics(facts.runs, kReportCharts)) {
        auto curves = readCurves(store, facts.runs, metric);
        if (!curves) return std::unexpected(curves.error());
        input.curves.push_back(std::move(*curves));
    }
    return writeFileAtomically(options.html, comparisonReport(input));
}

int listSaved(const RunsContext& context, ExperimentStore& store)
{
    const auto all = store.comparisons().all();
    if (!all) return context.fail(all.error());
    nlohmann::json json = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows = {{"comparison", "runs", "changed"}};
    for (const SavedComparison& one : *all) {
        json.push_back({{"name", one.name},
                        {"runs", one.runs},
                        {"baseline", one.baseline ? nlohmann::json(*one.baseline) : nlohmann::json()},
                        {"changed", timeText(one.changedAt)}});
        rows.push_back({one.name, fmt::format("{}", fmt::join(one.runs, " ")), timeText(one.changedAt)});
    }
    return context.print({{"comparisons", json}}, all->empty() ? "No saved comparisons.\n" : textTable(rows));
}

int compare(const RunsContext& context, const Options& options)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    if (!options.forget.empty())
        if (auto removed = store->comparisons().remove(options.forget); !removed)
            return context.fail(removed.error());
    const bool comparesNothing = options.ids.empty() && options.saved.empty();
    if (options.list || (!options.forget.empty() && comparesNothing)) return listSaved(context, *store);
    auto comparison = chosen(*store, options);
    if (!comparison) return context.fail(comparison.error());
    auto facts = factsOf(*store, *comparison);
    if (!facts) return context.fail(facts.error());
    auto references = referencesFor(options.references);
    if (!references) return context.fail(references.error());
    facts->references = std::move(*references);
    nlohmann::json json = toJson(*facts);
    std::string text = toText(*facts);
    if (!options.save.empty()) {
        comparison->name = options.save;
        if (auto saved = store->comparisons().save(*comparison); !saved) return context.fail(saved.error());
        json["saved"] = options.save;
        text += fmt::format("\nsaved as \"{}\"\n", options.save);
    }
    if (!options.html.empty()) {
        if (auto written = writeHtml(*store, *facts, *comparison, options); !written)
            return context.fail(written.error());
        json["output"] = options.html;
        text += fmt::format("\nwrote {}\n", options.html);
    }
    return context.print(json, text);
}

} // namespace

Command addRunsCompare(SharedRunsContext context)
{
    CLI::App* app =
        context->add("compare", "Runs side by side: settings that differ, results, quality against size.");
    auto options = std::make_shared<Options>();
    context->takesRuns(app->add_option("id", options->ids, "Numbers of runs, as `runs list` shows them."))
        ->expected(0, 10000)
        ->option_text("ID...");
    context
        ->takesRuns(
            app->add_option("--baseline", options->baseline, "The run that the others are measured against."))
        ->option_text("ID");
    app->add_option("--references", options->references,
                    "Published figures of a model, such as LLaMA-2-7B, with their sources and protocols; "
                    "`all` of all.")
        ->option_text("MODEL");
    app->add_option("--html", options->html, "Write a report: one file that needs nothing else.")
        ->option_text("FILE");
    app->add_flag("--force", options->force, "Replace a report that is there.");
    app->add_option("--save", options->save, "Keep these runs under a name; the window opens it too.")
        ->option_text("NAME");
    app->add_option("--saved", options->saved, "Runs that were kept; more may be named.")
        ->option_text("NAME");
    app->add_flag("--list", options->list, "What was kept.");
    app->add_option("--forget", options->forget, "Forget what was kept under a name; its runs stay.")
        ->option_text("NAME");
    return {app, [context, options] { return compare(*context, *options); }};
}

} // namespace boolab::cli
