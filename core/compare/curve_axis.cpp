// SPDX-License-Identifier: Apache-2.0
#include "core/compare/curve_axis.h"

#include "core/jobs/job.h"

#include <algorithm>
#include <limits>

namespace boolab
{

double tokensPerStep(const RunRecord& run)
{
    if (run.kind != "finetune" && run.kind != "evaluate") return 0;
    const auto job = Job::fromJson(run.job, "job");
    if (!job) return 0;
    const auto length = static_cast<double>(job->integer("seq_len"));
    if (run.kind == "evaluate") return length; // a window
    const auto ranks = static_cast<double>(std::max<std::int64_t>(1, job->integer("ranks")));
    return length * ranks * static_cast<double>(job->integer("batch_size") * job->integer("grad_accum"));
}

double placeOf(const MetricPoint& point, const RunRecord& run, CurveAxis axis)
{
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    if (axis == CurveAxis::Step) return static_cast<double>(point.step);
    if (axis == CurveAxis::Tokens) {
        const double tokens = tokensPerStep(run);
        return tokens > 0 ? tokens * static_cast<double>(point.step) : kNone;
    }
    const double begin = run.startedAt > 0 ? run.startedAt : run.createdAt;
    return begin > 0 ? std::max(0.0, point.time - begin) : kNone;
}

} // namespace boolab
