// SPDX-License-Identifier: Apache-2.0
#include "core/compare/compared_run.h"

#include "core/store/kernel_count.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

namespace boolab
{

namespace
{

constexpr std::array kQuantities{"kernel_count", "relative_error", "scale_drift"};

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
Status readLayers(const ExperimentStore& store, const RunRelations& relations, ComparedRun& compared)
{
    compared.layersFrom = compared.run.id;
    const auto complete = readLayersOf(store, compared.run.id, compared);
    if (!complete) return std::unexpected(complete.error());
    const RunRecord* conversion = *complete ? nullptr : conversionBehind(compared.run, relations);
    if (conversion == nullptr) return {};
    const bool hasNone = compared.layerValues.empty();
    if (const auto more = readLayersOf(store, conversion->id, compared); !more)
        return std::unexpected(more.error());
    if (hasNone && !compared.layerValues.empty()) compared.layersFrom = conversion->id;
    return {};
}

} // namespace

std::vector<RunId> evaluationsOf(std::span<const ComparedRun> runs, const std::vector<RunRecord>& all)
{
    const auto isHere = [&](RunId id) {
        return std::ranges::any_of(runs, [&](const ComparedRun& one) { return one.run.id == id; });
    };
    const RunRelations relations(all);
    std::set<RunId, std::greater<>> found;
    for (const ComparedRun& one : runs)
        for (const RunRecord* evaluation : relations.evaluationsOf(one.run))
            if (!isHere(evaluation->id)) found.insert(evaluation->id);
    return {found.begin(), found.end()};
}

Result<std::vector<ComparedRun>> readComparedRuns(const ExperimentStore& store, std::span<const RunId> ids,
                                                  const std::vector<RunRecord>& all)
{
    const RunRelations relations(all);
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
        one.kernels = nominalKernels(one.run, relations);
        if (auto read = readLayers(store, relations, one); !read) return std::unexpected(read.error());
        runs.push_back(std::move(one));
    }
    return runs;
}

} // namespace boolab
