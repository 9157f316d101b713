// SPDX-License-Identifier: Apache-2.0
#include "core/export/model_history.h"

#include "core/base/json_field.h"
#include "core/base/normal_path.h"
#include "core/inspect/model_origin.h"
#include "core/jobs/job.h"
#include "core/store/experiment_store.h"
#include "core/store/run_relations.h"

#include <algorithm>
#include <limits>

namespace boolab
{

namespace
{

constexpr std::size_t kMostSteps = 16; // a finetuning may train its own output again

/// The newest run before `latest` that wrote `model`.
const RunRecord* makerOf(const std::string& model, const std::vector<RunRecord>& runs, double latest)
{
    const auto found = std::ranges::find_if(runs, [&](const RunRecord& run) {
        const bool makes = run.kind == "convert" || run.kind == "finetune" || run.kind == "export";
        return makes && run.state == RunState::Done && run.job.is_object() && run.createdAt < latest &&
               samePath(textAt(run.job, "output"), model);
    });
    return found == runs.end() ? nullptr : &*found;
}

MeasuredPerplexity measurementOf(const RunRecord& run)
{
    const auto job = Job::fromJson(run.job, "run");
    MeasuredPerplexity measured{.perplexity = run.result["perplexity"].get<double>(),
                                .text = textAt(run.job, "perplexity"),
                                .windows = run.result.value("windows", std::int64_t{0}),
                                .windowTokens = job ? job->integer("seq_len") : 0,
                                .runtime = job ? job->text("runtime") : std::string(),
                                .run = run.id};
    return measured;
}

std::vector<MeasuredPerplexity> measuredOf(const std::string& model, const std::vector<RunRecord>& runs,
                                           double since)
{
    std::vector<MeasuredPerplexity> all;
    for (const RunRecord& run : runs) {
        const bool counts = isWholeEvaluation(run) && run.result.is_object() &&
                            run.result.contains("perplexity") && run.result["perplexity"].is_number() &&
                            run.createdAt >= since && samePath(inputModel(run), model);
        if (!counts) continue;
        MeasuredPerplexity measured = measurementOf(run);
        if (std::ranges::none_of(all, [&](const auto& other) { return other.sameProtocol(measured); }))
            all.push_back(std::move(measured));
    }
    return all;
}

} // namespace

bool MeasuredPerplexity::sameProtocol(const MeasuredPerplexity& other) const
{
    return samePath(text, other.text) && windows == other.windows && windowTokens == other.windowTokens &&
           runtime == other.runtime;
}

ModelHistory historyOf(const std::string& model, const std::vector<RunRecord>& runs)
{
    ModelHistory history;
    std::string at = model;
    double latest = std::numeric_limits<double>::infinity(), since = 0;
    while (history.steps.size() < kMostSteps) {
        const RunRecord* maker = makerOf(at, runs, latest);
        if (maker == nullptr) break;
        if (history.steps.empty()) since = maker->endedAt;
        history.steps.insert(history.steps.begin(), *maker);
        latest = maker->createdAt;
        if (maker->kind == "convert") history.original = textAt(maker->job, "model");
        if (maker->kind == "convert") break;
        if (maker->kind == "finetune") history.original = textAt(maker->job, "teacher");
        at = inputModel(*maker);
    }
    history.measured = measuredOf(model, runs, since);
    if (history.original.empty()) return history;
    for (MeasuredPerplexity& one : measuredOf(history.original, runs, 0))
        if (std::ranges::any_of(history.measured, [&](const auto& m) { return m.sameProtocol(one); }))
            history.ofTheOriginal.push_back(std::move(one));
    return history;
}

ModelHistory readHistory(const std::string& model, const std::filesystem::path& database)
{
    std::error_code error;
    if (!std::filesystem::exists(database, error)) return {};
    const auto store = ExperimentStore::open(database);
    const auto runs = store ? store->runs() : Result<std::vector<RunRecord>>();
    return store && runs ? historyOf(model, *runs) : ModelHistory();
}

} // namespace boolab
