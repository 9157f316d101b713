// SPDX-License-Identifier: Apache-2.0
#include "core/allocation/plan_allocation.h"

#include "core/allocation/allocate.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace boolab
{

namespace
{

// Relative output error up to which the second-order prediction of the loss holds; beyond it grows faster. A
// layer left with one kernel (errors of 0.1 and more) costs several times what the gradients predict.
constexpr double kSecondOrderRange = 0.05;

double bytesPerKernel(const LayerErrors& layer, const StorageCosts& storage)
{
    const auto rowBytes = static_cast<double>((layer.inFeatures + 7) / 8);
    return static_cast<double>(layer.outFeatures) * rowBytes +
           static_cast<double>(layer.outFeatures + layer.inFeatures) * storage.scaleBytes;
}

/// Loss with 1 … K_max kernels under the importance; `share` is the layer's part of the converted weights.
std::vector<double> lossOf(const LayerErrors& layer, Importance importance, double share)
{
    if (importance == Importance::OutputError) return layer.outputError;
    std::vector<double> loss = importance == Importance::Loss ? layer.lossError : layer.weightError;
    double factor = std::log(1.0 / share) / share;
    if (importance == Importance::Pwcca) factor *= 1.0 - *layer.pwcca;
    for (std::size_t k = 0; k < loss.size(); ++k) {
        const double reach = importance == Importance::Loss ? layer.outputError[k] / kSecondOrderRange : 0;
        loss[k] *= importance == Importance::Loss ? 1 + reach * reach : factor;
    }
    return loss;
}

Status checkTable(const ErrorTable& table, const AllocationRequest& request)
{
    for (const LayerErrors& layer : table.layers) {
        if (request.importance == Importance::OutputError && layer.outputError.empty())
            return fail(ErrorCode::Usage, "--importance output-error needs errors on calibration text",
                        "Name a text with --calibration, or use --importance none.");
        if (request.importance == Importance::Loss && (layer.lossError.empty() || layer.outputError.empty()))
            return fail(ErrorCode::Usage, "--importance loss needs gradients on calibration text",
                        "Name a text with --calibration, or use --importance none.");
        if (request.importance == Importance::Pwcca && !layer.pwcca)
            return fail(ErrorCode::Usage, "--importance pwcca needs inputs from calibration text",
                        "Name a text with --calibration, or use --importance none.");
    }
    std::vector<std::string> names;
    for (const LayerErrors& layer : table.layers)
        names.push_back(layer.name);
    return checkPinsMatch(request.pins, names);
}

/// The solver's view: costs are bytes for a size, shares of the converted weights for average bits.
struct Problem {
    std::vector<AllocationItem> items;
    std::vector<std::size_t> layers; ///< of the items
    double budget = 0, least = 0, most = 0;
};

Problem poseProblem(const ErrorTable& table, const AllocationRequest& request)
{
    const auto isDense = [&](const LayerErrors& layer) {
        return pinnedKernels(request.pins, layer.name) == std::optional<std::int64_t>(0);
    };
    double converted = 0, denseWeights = 0;
    for (const LayerErrors& layer : table.layers)
        (isDense(layer) ? denseWeights : converted) += layer.weights();
    const bool bySize = request.bits <= 0;
    Problem problem;
    problem.budget =
        bySize ? request.targetBytes - request.storage.otherBytes - denseWeights * request.storage.denseBytes
               : request.bits;
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const LayerErrors& layer = table.layers[i];
        if (isDense(layer)) continue;
        const auto pinned = pinnedKernels(request.pins, layer.name);
        const double share = layer.weights() / converted;
        const std::int64_t most = std::min(request.maxKernels, table.maxKernels());
        problem.layers.push_back(i);
        problem.items.push_back({.cost = bySize ? bytesPerKernel(layer, request.storage) : share,
                                 .loss = lossOf(layer, request.importance, share),
                                 .minimum = pinned.value_or(1),
                                 .maximum = pinned.value_or(most)});
        problem.least += static_cast<double>(problem.items.back().minimum) * problem.items.back().cost;
        problem.most += static_cast<double>(problem.items.back().maximum) * problem.items.back().cost;
    }
    return problem;
}

Error outOfReach(const Problem& problem, const AllocationRequest& request)
{
    const bool low = problem.budget < problem.least;
    if (request.bits > 0)
        return {ErrorCode::Usage,
                fmt::format("--bits {}: {} would be {:.2f}", request.bits,
                            low ? "one kernel everywhere (and the pins)" : "the most kernels everywhere",
                            low ? problem.least : problem.most),
                low ? "Ask for more bits, or pin fewer layers."
                    : "Ask for fewer bits, or raise --max-kernels."};
    const double rest = request.targetBytes - problem.budget;
    return {
        ErrorCode::Usage,
        fmt::format("--target-size {:.1f} MB: the smallest possible is {:.1f} MB", request.targetBytes / 1e6,
                    (problem.least + rest) / 1e6),
        "Ask for a larger file, pin fewer layers, or store the embeddings in 8 bits (--embedding-bits 8)."};
}

double lossRiseOf(const ErrorTable& table, const std::vector<std::int64_t>& counts)
{
    double rise = 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] > 0) rise += table.layers[i].lossError[static_cast<std::size_t>(counts[i] - 1)];
    return rise;
}

} // namespace

Result<Importance> importanceFromName(const std::string& name)
{
    if (name == "none") return Importance::None;
    if (name == "pwcca") return Importance::Pwcca;
    if (name == "output-error") return Importance::OutputError;
    if (name == "loss") return Importance::Loss;
    return fail(ErrorCode::Usage, fmt::format("importance \"{}\" is not known", name),
                "Expected loss, output-error, pwcca or none.");
}

Allocation describeAllocation(const ErrorTable& table, std::vector<std::int64_t> counts,
                              const StorageCosts& storage)
{
    Allocation allocation;
    double converted = 0, bits = 0;
    allocation.fileBytes = storage.otherBytes;
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const LayerErrors& layer = table.layers[i];
        const auto K = static_cast<double>(counts[i]);
        if (counts[i] == 0) {
            allocation.fileBytes += layer.weights() * storage.denseBytes;
            continue;
        }
        converted += layer.weights();
        allocation.averageKernels += K * layer.weights();
        bits += K * (layer.weights() +
                     8.0 * storage.scaleBytes * static_cast<double>(layer.outFeatures + layer.inFeatures));
        allocation.fileBytes += K * bytesPerKernel(layer, storage);
    }
    if (converted > 0) {
        allocation.averageKernels /= converted;
        allocation.bitsPerWeight = bits / converted;
    }
    allocation.counts = std::move(counts);
    return allocation;
}

Result<Allocation> planAllocation(const ErrorTable& table, const AllocationRequest& request)
{
    if (auto sound = checkTable(table, request); !sound) return std::unexpected(sound.error());
    const Problem problem = poseProblem(table, request);
    constexpr double kSlack = 1e-9;
    const bool tooMuch = request.bits > 0 && problem.budget > problem.most * (1 + kSlack);
    if (!problem.items.empty() && (problem.budget < problem.least * (1 - kSlack) || tooMuch))
        return std::unexpected(outOfReach(problem, request));
    auto solved = allocateKernels(problem.items, problem.budget);
    if (!solved) return std::unexpected(solved.error());
    std::vector<std::int64_t> counts(table.layers.size(), 0);
    for (std::size_t i = 0; i < solved->size(); ++i)
        counts[problem.layers[i]] = (*solved)[i];
    Allocation allocation = describeAllocation(table, std::move(counts), request.storage);
    if (request.importance == Importance::Loss) allocation.lossRise = lossRiseOf(table, allocation.counts);
    return allocation;
}

} // namespace boolab
