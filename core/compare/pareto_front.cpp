// SPDX-License-Identifier: Apache-2.0
#include "core/compare/pareto_front.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace boolab
{

std::vector<bool> paretoFront(std::span<const Tradeoff> points, bool higherIsBetter)
{
    const auto badness = [&](std::size_t i) { return higherIsBetter ? -points[i].score : points[i].score; };
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::erase_if(order, [&](std::size_t i) {
        return !std::isfinite(points[i].size) || !std::isfinite(points[i].score);
    });
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(points[i].size, badness(i)); });
    std::vector<bool> isOnFront(points.size(), false);
    double best = std::numeric_limits<double>::infinity(), bestSize = 0;
    for (const std::size_t i : order) {
        const bool equalsLast = badness(i) == best && points[i].size == bestSize;
        if (badness(i) >= best && !equalsLast) continue;
        best = badness(i);
        bestSize = points[i].size;
        isOnFront[i] = true;
    }
    return isOnFront;
}

} // namespace boolab
