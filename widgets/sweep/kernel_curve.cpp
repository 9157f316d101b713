// SPDX-License-Identifier: Apache-2.0
#include "widgets/sweep/kernel_curve.h"

#include "core/jobs/job_substance.h"
#include "core/jobs/sweep_figures.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace boolab::ui
{

namespace
{

/// What evaluations have in common that belong to one curve.
nlohmann::json protocolOf(const nlohmann::json& job)
{
    nlohmann::json protocol = substanceOf(job);
    if (protocol.is_object()) protocol.erase("first_kernels");
    return protocol;
}

/// The largest count of a layer. Runs of earlier versions do not tell it: the bits do, rounded down.
std::int64_t countOf(const RunRecord& run)
{
    const double told = sweepFigure(run.result, "max_kernels");
    const double least = std::isfinite(told) ? told : std::floor(sweepFigure(run.result, "bits_per_weight"));
    return std::isfinite(least) && least < 16 ? static_cast<std::int64_t>(least) : 0;
}

std::optional<double> sourcePerplexity(const nlohmann::json& protocol, const std::vector<RunRecord>& runs)
{
    nlohmann::json wanted = protocol;
    for (const RunRecord& run : runs)
        if (run.kind == "convert" && run.job.is_object() && run.job.contains("model") &&
            run.job.value("output", "") == protocol.value("model", ""))
            wanted["model"] = run.job["model"];
    if (wanted == protocol) return std::nullopt;
    for (const RunRecord& run : runs)
        if (run.kind == "evaluate" && run.state == RunState::Done && protocolOf(run.job) == wanted)
            if (const double value = sweepFigure(run.result, "perplexity"); std::isfinite(value))
                return value;
    return std::nullopt;
}

} // namespace

KernelCurve KernelCurve::from(const RunRecord& evaluation, const std::vector<RunRecord>& runs)
{
    KernelCurve curve;
    const nlohmann::json protocol = protocolOf(evaluation.job);
    if (evaluation.kind != "evaluate" || !protocol.is_object()) return curve;
    std::vector<const RunRecord*> alike;
    for (const RunRecord& run : runs)
        if (run.kind == "evaluate" && run.state == RunState::Done && protocolOf(run.job) == protocol)
            alike.push_back(&run);
    for (const RunRecord* run : alike)
        curve.kernels =
            std::max({curve.kernels, countOf(*run), run->job.value("first_kernels", std::int64_t{0})});
    std::map<std::int64_t, const RunRecord*> newest;
    for (const RunRecord* run : alike) {
        const auto k = std::min(run->job.value("first_kernels", curve.kernels), curve.kernels);
        if (const RunRecord*& slot = newest[k]; slot == nullptr || slot->id < run->id) slot = run;
    }
    for (const auto& [k, run] : newest)
        if (k > 0) curve.points.push_back({k, sweepFigure(run->result, "perplexity"), run->id, run->result});
    curve.fullPrecision = sourcePerplexity(protocol, runs);
    return curve;
}

std::vector<std::int64_t> KernelCurve::missing() const
{
    std::vector<std::int64_t> counts;
    for (std::int64_t k = 1; k <= kernels; ++k)
        if (std::ranges::find(points, k, &Point::kernels) == points.end()) counts.push_back(k);
    return counts;
}

} // namespace boolab::ui
