// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/plot_series.h"

#include <algorithm>

namespace boolab::ui
{

void PlotSeries::append(std::span<const Sample> samples)
{
    const std::size_t before = m_raw.size();
    m_raw.insert(m_raw.end(), samples.begin(), samples.end());
    if (std::ranges::is_sorted(m_raw.begin() +
                                   std::max<std::ptrdiff_t>(0, std::ssize(m_raw) - std::ssize(samples) - 1),
                               m_raw.end(), {}, &Sample::x)) {
        smoothFrom(before);
        return;
    }
    std::ranges::stable_sort(m_raw, {}, &Sample::x);
    setSmoothing(m_weight);
}

void PlotSeries::clear()
{
    m_raw.clear();
    setSmoothing(m_weight);
}

void PlotSeries::setSmoothing(double weight)
{
    m_weight = weight;
    m_average = ExponentialAverage(weight);
    m_smooth.clear();
    smoothFrom(0);
}

void PlotSeries::smoothFrom(std::size_t first)
{
    if (m_weight <= 0) return;
    m_smooth.reserve(m_raw.size());
    for (std::size_t i = first; i < m_raw.size(); ++i)
        m_smooth.push_back({m_raw[i].x, m_average.next(m_raw[i].y)});
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
