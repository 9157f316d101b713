// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/option_use.h"

#include "core/jobs/sweep_grid.h"

namespace boolab
{

namespace
{

/// What the rules speak of; none where a sweep's grid cannot be read.
std::vector<Job> conversionsOf(const Job& job)
{
    if (job.kind() != JobKind::Sweep) return {job};
    std::vector<Job> conversions;
    if (const auto points = sweepPoints(job))
        for (const SweepPoint& point : *points)
            conversions.push_back(conversionOf(job, point));
    return conversions;
}

std::string reasonIn(const std::vector<Job>& conversions, const OptionSpec& option)
{
    std::string reason;
    for (const Job& conversion : conversions) {
        reason = option.unused(conversion);
        if (reason.empty()) break;
    }
    return reason;
}

} // namespace

std::map<std::string, std::string> unusedOptions(const Job& job)
{
    std::map<std::string, std::string> unused;
    const std::vector<Job> conversions = conversionsOf(job);
    for (const OptionSpec& option : job.spec().options) {
        if (option.unused == nullptr) continue;
        if (std::string reason = reasonIn(conversions, option); !reason.empty())
            unused[option.key] = std::move(reason);
    }
    return unused;
}

} // namespace boolab
