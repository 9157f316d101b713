// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/plot_series.h"

#include <algorithm>

namespace boolab::ui
{

void PlotSeries::append(std::span<const Sample> samples)
{
    const std::ptrdiff_t before = std::ssize(m_raw);
    m_raw.insert(m_raw.end(), samples.begin(), samples.end());
    const auto joint = m_raw.begin() + std::max<std::ptrdiff_t>(0, before - 1);
    if (std::ranges::is_sorted(joint, m_raw.end(), {}, &Sample::x)) return;
    std::ranges::stable_sort(m_raw, {}, &Sample::x);
    forgetDrawn();
}

void PlotSeries::clear()
{
    m_raw.clear();
    forgetDrawn();
}

void PlotSeries::setSmoothing(double weight)
{
    m_weight = weight;
    m_average = ExponentialAverage(weight);
    m_smooth.clear();
    m_smoothExtremes.clear();
}

void PlotSeries::forgetDrawn()
{
    m_rawExtremes.clear();
    setSmoothing(m_weight);
}

const std::vector<Sample>& PlotSeries::smooth()
{
    if (m_weight <= 0) return m_smooth;
    for (std::size_t i = m_smooth.size(); i < m_raw.size(); ++i)
        m_smooth.push_back({m_raw[i].x, m_average.next(m_raw[i].y)});
    return m_smooth;
}

std::vector<Sample> PlotSeries::shownRaw(const AxisWindow& window, int buckets)
{
    m_rawExtremes.grow(m_raw);
    return downsample(m_raw, m_rawExtremes, window, buckets);
}

std::vector<Sample> PlotSeries::shownSmooth(const AxisWindow& window, int buckets)
{
    m_smoothExtremes.grow(smooth());
    return downsample(m_smooth, m_smoothExtremes, window, buckets);
}

std::ptrdiff_t PlotSeries::nearest(double x) const
{
    if (m_raw.empty()) return -1;
    const auto after = std::ranges::lower_bound(m_raw, x, {}, &Sample::x);
    if (after == m_raw.begin()) return 0;
    if (after == m_raw.end()) return std::ssize(m_raw) - 1;
    const auto before = after - 1;
    return (x - before->x <= after->x - x ? before : after) - m_raw.begin();
}

} // namespace boolab::ui
