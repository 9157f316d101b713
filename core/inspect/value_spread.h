// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace boolab
{

/// Where numbers lie. All 0 for none.
struct ValueSpread {
    double minimum = 0, maximum = 0, mean = 0;
    double deviation = 0; ///< standard deviation of the whole, not of a sample
};

/// Counts in bins of equal width from `low` to `high`; the last one includes `high`.
struct Histogram {
    double low = 0, high = 0;
    std::vector<std::int64_t> counts;

    double binWidth() const { return (high - low) / static_cast<double>(counts.size()); }
};

constexpr int kHistogramBins = 48;

ValueSpread spreadOf(std::span<const float> values);
/// Values outside [low, high] are left out; equal bounds put all into the first bin.
Histogram histogramOf(std::span<const float> values, double low, double high, int bins = kHistogramBins);

} // namespace boolab
