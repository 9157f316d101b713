// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/downsample.h"

#include <algorithm>
#include <cmath>

namespace boolab::ui
{
namespace
{

std::span<const Sample> visiblePart(std::span<const Sample> samples, double xMin, double xMax)
{
    const auto byX = [](const Sample& sample, double x) { return sample.x < x; };
    auto first = std::lower_bound(samples.begin(), samples.end(), xMin, byX);
    auto last = std::lower_bound(first, samples.end(), std::nextafter(xMax, INFINITY), byX);
    if (first != samples.begin()) --first;
    if (last != samples.end()) ++last;
    return {first, last};
}

/// Lowest and highest sample of one bucket, given out in the order in which they came.
class Extremes
{
public:
    void add(const Sample& sample)
    {
        if (m_empty || sample.y < m_low.y) m_low = sample, m_lowAt = m_count;
        if (m_empty || sample.y > m_high.y) m_high = sample, m_highAt = m_count;
        m_empty = false;
        ++m_count;
    }

    void moveTo(std::vector<Sample>& out)
    {
        if (!m_empty) {
            const bool lowFirst = m_lowAt <= m_highAt;
            out.push_back(lowFirst ? m_low : m_high);
            if (m_lowAt != m_highAt) out.push_back(lowFirst ? m_high : m_low);
        }
        *this = Extremes();
    }

private:
    Sample m_low, m_high;
    std::size_t m_lowAt = 0, m_highAt = 0, m_count = 0;
    bool m_empty = true;
};

} // namespace

std::vector<Sample> downsample(std::span<const Sample> samples, double xMin, double xMax, int buckets)
{
    std::vector<Sample> out;
    const auto part = visiblePart(samples, xMin, xMax);
    if (part.size() <= 2 * static_cast<std::size_t>(std::max(1, buckets))) {
        std::ranges::copy_if(part, std::back_inserter(out),
                             [](const Sample& s) { return std::isfinite(s.y); });
        return out;
    }
    const double width = (part.back().x - part.front().x) / buckets;
    out.reserve(2 * static_cast<std::size_t>(buckets) + 2);
    Extremes extremes;
    double bucketEnd = part.front().x + width;
    for (const Sample& sample : part) {
        if (!std::isfinite(sample.y)) continue;
        if (sample.x > bucketEnd) {
            extremes.moveTo(out);
            bucketEnd += width * std::ceil((sample.x - bucketEnd) / width);
        }
        extremes.add(sample);
    }
    extremes.moveTo(out);
    return out;
}

} // namespace boolab::ui
