// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/value_spread.h"

#include <algorithm>
#include <cmath>

namespace boolab
{

ValueSpread spreadOf(std::span<const float> values)
{
    if (values.empty()) return {};
    const auto [least, most] = std::ranges::minmax_element(values);
    const auto count = static_cast<double>(values.size());
    double sum = 0, squares = 0;
    for (const float value : values)
        sum += value;
    const double mean = sum / count;
    for (const float value : values)
        squares += (value - mean) * (value - mean);
    return {*least, *most, mean, std::sqrt(squares / count)};
}

Histogram histogramOf(std::span<const float> values, double low, double high, int bins)
{
    Histogram histogram{low, high, std::vector<std::int64_t>(static_cast<std::size_t>(bins))};
    const double perBin = high > low ? bins / (high - low) : 0;
    for (const float value : values)
        if (value >= low && value <= high) {
            const auto bin = static_cast<std::size_t>((value - low) * perBin);
            ++histogram.counts[std::min(bin, histogram.counts.size() - 1)];
        }
    return histogram;
}

} // namespace boolab
