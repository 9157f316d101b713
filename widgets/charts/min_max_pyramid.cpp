// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/min_max_pyramid.h"

#include <algorithm>
#include <cmath>

namespace boolab::ui
{
namespace
{

using Extremes = MinMaxPyramid::Extremes;

/// Of equal values the first stays.
void take(Extremes& all, std::span<const Sample> samples, const Extremes& more)
{
    const auto y = [&](std::ptrdiff_t index) { return samples[static_cast<std::size_t>(index)].y; };
    if (more.low >= 0 && (all.low < 0 || y(more.low) < y(all.low))) all.low = more.low;
    if (more.high >= 0 && (all.high < 0 || y(more.high) > y(all.high))) all.high = more.high;
}

void takeSample(Extremes& all, std::span<const Sample> samples, std::size_t index)
{
    if (!std::isfinite(samples[index].y)) return;
    const auto place = static_cast<std::ptrdiff_t>(index);
    take(all, samples, {place, place});
}

} // namespace

void MinMaxPyramid::grow(std::span<const Sample> samples)
{
    std::size_t below = samples.size();
    for (std::size_t level = 0; below >= kFan; ++level) {
        if (level == m_levels.size()) m_levels.emplace_back();
        auto& blocks = m_levels[level];
        for (std::size_t first = blocks.size() * kFan; first + kFan <= below; first += kFan) {
            Extremes block;
            for (std::size_t i = first; i < first + kFan; ++i)
                level == 0 ? takeSample(block, samples, i) : take(block, samples, m_levels[level - 1][i]);
            blocks.push_back(block);
        }
        below = blocks.size();
    }
}

Extremes MinMaxPyramid::in(std::span<const Sample> samples, std::size_t first, std::size_t last) const
{
    Extremes all;
    // Places count samples at first, then the blocks of ever higher levels.
    for (std::size_t level = 0; first < last; ++level) {
        const auto takeRange = [&](std::size_t from, std::size_t to) {
            for (std::size_t i = from; i < to; ++i)
                level == 0 ? takeSample(all, samples, i) : take(all, samples, m_levels[level - 1][i]);
        };
        const std::size_t blocks = level < m_levels.size() ? m_levels[level].size() : 0;
        const std::size_t above = (first + kFan - 1) / kFan, end = std::min(last / kFan, blocks);
        if (above >= end) {
            takeRange(first, last);
            break;
        }
        takeRange(first, above * kFan);
        takeRange(end * kFan, last);
        first = above;
        last = end;
    }
    return all;
}

} // namespace boolab::ui
