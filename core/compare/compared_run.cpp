// SPDX-License-Identifier: Apache-2.0
#include "core/compare/compared_run.h"

#include "core/inspect/model_origin.h"

#include <algorithm>
#include <array>
#include <set>

namespace boolab
{

namespace
{

constexpr std::array kQuantities{"kernel_count", "relative_error", "scale_drift"};
constexpr int kLongestChain = 50; // of finetunings of finetunings

std::string textIn(const RunRecord& run, const char* key)
{
    const auto found = run.job.is_object() ? run.job.find(key) : run.job.end();
    return run.job.is_object() && found != run.job.end() && found->is_string() ? found->get<std::string>()
                                                                               : std::string();
}

/// The last run that had left its model at `path` when `reader` began.
const RunRecord* writerOf(const std::string& path, const RunRecord& reader, const std::vector<RunRecord>& all)
{
    const double begin = reader.startedAt > 0 ? reader.startedAt : reader.createdAt;
    const RunRecord* last = nullptr;
    for (const RunRecord& run : all)
        if ((run.kind == "convert" || run.kind == "finetune") && run.state == RunState::Done &&
            run.id != reader.id && run.endedAt <= begin && (!last || run.endedAt > last->endedAt) &&
            samePath(textIn(run, "output"), path))
            last = &run;
    return last;
}

Result<bool> readLayersOf(const ExperimentStore& store, RunId from, ComparedRun& into)
{
    auto names = store.layerNames(from);
    if (!names) return std::unexpected(names.error());
    for (const char* quantity : kQuantities) {
        auto stats = store.lastLayerStats(from, quantity);
        if (!stats) return std::unexpected(stats.error());
        if (*stats && !into.layerValues.contains(quantity) && (into.layers.empty() || into.layers == *names))
            into.layerValues[quantity] = std::move((*stats)->values);
    }
    if (into.layers.empty()) into.layers = std::move(*names);
    return into.layerValues.contains("relative_error");
}

/// A training knows its kernel counts, but only the conversion knows what they left of the weights.
Status readLayers(const ExperimentStore& store, const std::vector<RunRecord>& all, ComparedRun& compared)
{
    compared.layersFrom = compared.run.id;
    const auto complete = readLayersOf(store, compared.run.id, compared);
    if (!complete) return std::unexpected(complete.error());
    const RunRecord* conversion = *complete ? nullptr : conversionBehind(compared.run, all);
    if (conversion == nullptr) return {};
    const bool hasNone = compared.layerValues.empty();
    if (const auto more = readLayersOf(store, conversion->id, compared); !more)
        return std::unexpected(more.error());
    if (hasNone && !compared.layerValues.empty()) compared.layersFrom = conversion->id;
    return {};
}

} // namespace

const RunRecord* conversionBehind(const RunRecord& run, const std::vector<RunRecord>& all)
{
    const RunRecord* at = &run;
    for (int i = 0; i < kLongestChain; ++i) {
        const std::string input = textIn(*at, at->kind == "finetune" ? "student" : "model");
        at = input.empty() || at->kind == "convert" ? nullptr : writerOf(input, *at, all);
        if (at == nullptr || at->kind == "convert") return at;
    }
    return nullptr;
}

std::vector<RunId> evaluationsOf(std::span<const ComparedRun> runs, const std::vector<RunRecord>& all)
{
    const auto isHere = [&](RunId id) {
        return std::ranges::any_of(runs, [&](const ComparedRun& one) { return one.run.id == id; });
    };
    std::vector<RunId> found;
    for (const RunRecord& run : all) {
        if (run.kind != "evaluate" || run.state != RunState::Done || isHere(run.id)) continue;
        const RunRecord* writer = writerOf(textIn(run, "model"), run, all);
        if (writer != nullptr && isHere(writer->id)) found.push_back(run.id);
    }
    return found;
}

Result<std::vector<ComparedRun>> readComparedRuns(const ExperimentStore& store, std::span<const RunId> ids,
                                                  const std::vector<RunRecord>& all)
{
    std::vector<ComparedRun> runs;
    std::set<RunId> seen;
    for (const RunId id : ids) {
        const auto found = std::ranges::find(all, id, &RunRecord::id);
        if (found == all.end() || !seen.insert(id).second) continue;
        ComparedRun one{.run = *found, .curves = {}, .layers = {}, .layerValues = {}, .samples = {}};
        auto curves = store.metricSummaries(id);
        if (!curves) return std::unexpected(curves.error());
        one.curves = std::move(*curves);
        auto samples = store.samples(id);
        if (!samples) return std::unexpected(samples.error());
        one.samples = std::move(*samples);
        if (auto read = readLayers(store, all, one); !read) return std::unexpected(read.error());
        runs.push_back(std::move(one));
    }
    return runs;
}

} // namespace boolab
