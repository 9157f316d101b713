// SPDX-License-Identifier: Apache-2.0
#include "core/convert/conversion_plan.h"

#include "core/convert/calibration_text.h"
#include "core/convert/measure_errors.h"
#include "core/jobs/conversion_options.h"
#include "core/jobs/text_format.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace boolab
{

namespace
{

Result<std::vector<std::int64_t>> countsUnderBudget(const ModelFiles& files, const Job& job,
                                                    std::vector<LayerPin> pins, const at::Tensor& sequences,
                                                    JobObserver& observer)
{
    auto importance = importanceFromName(job.text("importance"));
    if (!importance) return std::unexpected(importance.error());
    auto table = measureErrors(files, job, sequences, observer);
    if (!table) return std::unexpected(table.error());
    const AllocationRequest request{.importance = *importance,
                                    .bits = job.real("bits"),
                                    .targetBytes = parseBytes(job.text("target_size")).value_or(0),
                                    .maxKernels = job.integer("max_kernels"),
                                    .pins = std::move(pins),
                                    .storage = storageCostsOf(files, storedTypesOf(job))};
    auto allocation = planAllocation(*table, request);
    if (!allocation) return std::unexpected(allocation.error());
    observer.log("info",
                 fmt::format("allocated {:.3f} kernels per weight on average, {:.3f} bits with the scales, "
                             "{:.1f} MB expected",
                             allocation->averageKernels, allocation->bitsPerWeight,
                             allocation->fileBytes / 1e6));
    if (allocation->lossRise)
        observer.log("info",
                     fmt::format("expected rise of the loss: {:.2f} nats per token, perplexity x {:.2f}",
                                 *allocation->lossRise, std::exp(*allocation->lossRise)));
    return allocation->counts;
}

} // namespace

Result<ConversionPlan> planConversion(const ModelFiles& files, const Job& job, JobObserver& observer)
{
    if (auto fits = checkConversion(job); !fits) return std::unexpected(fits.error());
    ConversionPlan plan{files.linearLayers(), {}, {}};
    auto pins = parsePins(job.text("pin"), 8);
    if (!pins) return std::unexpected(pins.error());
    std::vector<std::string> names;
    for (const LinearLayerInfo& layer : plan.layers)
        names.push_back(layer.name);
    if (auto match = checkPinsMatch(*pins, names); !match) return std::unexpected(match.error());
    if (needsCalibration(job)) {
        auto sequences = calibrationSequences(files, job, observer);
        if (!sequences) return std::unexpected(sequences.error());
        plan.sequences = *sequences;
    }
    if (hasBudget(job)) {
        auto counts = countsUnderBudget(files, job, *pins, plan.sequences, observer);
        if (!counts) return std::unexpected(counts.error());
        plan.counts = *counts;
    } else {
        for (const std::string& name : names)
            plan.counts.push_back(pinnedKernels(*pins, name).value_or(job.integer("kernels")));
    }
    if (std::ranges::all_of(plan.counts, [](std::int64_t K) { return K == 0; }))
        return fail(ErrorCode::Usage, fmt::format("--pin \"{}\" leaves no layer to convert", job.text("pin")),
                    "Keep fewer layers dense.");
    return plan;
}

} // namespace boolab
