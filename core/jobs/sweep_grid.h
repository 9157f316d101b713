// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

namespace boolab
{

/// One conversion of a sweep.
struct SweepPoint {
    std::string method;
    double bits = 0; ///< nominal: whole for the same K everywhere, else an average to be allocated

    std::string name() const; ///< "gptq, 2.5 bits"
};

/// The grid of a sweep, method by method, bits rising, every point once.
Result<std::vector<SweepPoint>> sweepPoints(const Job& sweep);
/// Errors of the grid itself: bits out of range, points that need a calibration text without one.
Status checkSweep(const Job& sweep);

/// Where a sweep may put its models: no file, no model's own folder.
Status checkSweepOutput(const std::filesystem::path& folder);

/// What a sweep runs: the conversion of a point into its folder below the sweep's, and the measurement of a
/// model. Both carry the sweep's project and machine options.
Job conversionOf(const Job& sweep, const SweepPoint& point);
Job evaluationOf(const Job& sweep, const std::string& model, const std::string& name);

} // namespace boolab
