// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/sample.h"
#include "widgets/charts/smoothing.h"

#include <span>
#include <vector>

namespace boolab::ui
{

/// A growing curve, raw and smoothed, ascending in x. Appending costs only the new samples.
class PlotSeries
{
public:
    void append(std::span<const Sample> samples);
    void clear();
    /// Weight of the moving average in [0, 1); 0 switches it off.
    void setSmoothing(double weight);

    const std::vector<Sample>& raw() const { return m_raw; }
    /// As long as raw(), or empty where smoothing is off.
    const std::vector<Sample>& smooth() const { return m_smooth; }
    /// Index of the sample nearest to x; -1 where there is none.
    std::ptrdiff_t nearest(double x) const;

private:
    void smoothFrom(std::size_t first);

    std::vector<Sample> m_raw, m_smooth;
    double m_weight = 0;
    ExponentialAverage m_average{0};
};

} // namespace boolab::ui
