// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/downsample.h"
#include "widgets/charts/smoothing.h"

namespace boolab::ui
{

/// A growing curve, raw and smoothed, ascending in x. Appending costs only the new samples; what is drawn of
/// them is worked out when it is asked for.
class PlotSeries
{
public:
    void append(std::span<const Sample> samples);
    void clear();
    /// Weight of the moving average in [0, 1); 0 switches it off.
    void setSmoothing(double weight);

    const std::vector<Sample>& raw() const { return m_raw; }
    /// As long as raw(), or empty where smoothing is off.
    const std::vector<Sample>& smooth();
    /// Index of the sample nearest to x; -1 where there is none.
    std::ptrdiff_t nearest(double x) const;

    std::vector<Sample> shownRaw(const AxisWindow& window, int buckets);
    std::vector<Sample> shownSmooth(const AxisWindow& window, int buckets);

private:
    void forgetDrawn();

    std::vector<Sample> m_raw, m_smooth;
    MinMaxPyramid m_rawExtremes, m_smoothExtremes;
    double m_weight = 0;
    ExponentialAverage m_average{0};
};

} // namespace boolab::ui
