// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/convert/conversion_plan.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace boolab
{

/// Tells the observer of every converted layer, in whatever order they come, and adds up what is reported in
/// the end.
class ConversionProgress
{
public:
    ConversionProgress(const ConversionPlan& plan, JobObserver& observer);

    /// `errors`: what is left with the first 1 … K kernels.
    void add(const LinearLayerInfo& layer, std::span<const double> errors);
    /// Stopped where the run was asked to stop.
    Status goOn();
    /// Means over the converted weights.
    double meanError() const { return m_weightedError / m_weights; }
    double meanKernels() const { return m_weightedKernels / m_weights; }

private:
    JobObserver& m_observer;
    std::map<std::string, std::size_t> m_places;
    std::vector<float> m_counts,
        m_errors; ///< layers still to come show as gaps in the live charts, dense ones as 0 kernels
    std::vector<std::vector<float>> m_curves; ///< [k - 1]: error with k kernels
    std::int64_t m_done = 0, m_total = 0;
    double m_weightedError = 0, m_weightedKernels = 0, m_weights = 0;
};

} // namespace boolab
