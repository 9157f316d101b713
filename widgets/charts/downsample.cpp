// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/downsample.h"

#include <algorithm>
#include <cmath>

namespace boolab::ui
{
namespace
{

struct Part {
    std::size_t first = 0, last = 0; ///< [first, last)
};

std::size_t firstAt(std::span<const Sample> samples, std::size_t from, double x)
{
    const auto found = std::ranges::lower_bound(samples.subspan(from), x, {}, &Sample::x);
    return from + static_cast<std::size_t>(found - samples.subspan(from).begin());
}

class Thinner
{
public:
    Thinner(std::span<const Sample> samples, const MinMaxPyramid& pyramid)
        : m_samples(samples), m_pyramid(pyramid)
    {
    }

    void copy(const Part& part)
    {
        for (std::size_t i = part.first; i < part.last; ++i)
            if (std::isfinite(m_samples[i].y)) m_out.push_back(m_samples[i]);
    }

    /// Lowest and highest, in the order in which they came.
    void join(const Part& part)
    {
        auto [low, high] = m_pyramid.in(m_samples, part.first, part.last);
        if (low < 0) return;
        if (low > high) std::swap(low, high);
        m_out.push_back(m_samples[static_cast<std::size_t>(low)]);
        if (low != high) m_out.push_back(m_samples[static_cast<std::size_t>(high)]);
    }

    std::vector<Sample> take() { return std::move(m_out); }

private:
    std::span<const Sample> m_samples;
    const MinMaxPyramid& m_pyramid;
    std::vector<Sample> m_out;
};

} // namespace

std::vector<Sample> downsample(std::span<const Sample> samples, const MinMaxPyramid& pyramid,
                               const AxisWindow& window, int buckets)
{
    Thinner thinner(samples, pyramid);
    const std::size_t begin = window.isLog ? firstAt(samples, 0, std::nextafter(0.0, 1.0)) : 0;
    const Part inside{firstAt(samples, begin, window.low),
                      firstAt(samples, begin, std::nextafter(window.high, INFINITY))};
    const Part before{std::max(inside.first, begin + 1) - 1, inside.first};
    const Part after{inside.last, std::min(inside.last + 1, samples.size())};
    const auto onAxis = [&](double x) { return window.isLog ? std::log10(x) : x; };
    const auto fromAxis = [&](double place) { return window.isLog ? std::pow(10, place) : place; };
    const double width = (onAxis(window.high) - onAxis(window.low)) / std::max(1, buckets);
    thinner.copy(before);
    if (inside.last - inside.first <= 2 * static_cast<std::size_t>(std::max(1, buckets))) {
        thinner.copy(inside);
    } else if (!(width > 0)) {
        thinner.join(inside);
    } else {
        double bucket = std::floor(onAxis(window.low) / width);
        for (std::size_t at = inside.first; at < inside.last;) {
            bucket = std::max(bucket, std::floor(onAxis(samples[at].x) / width)) + 1;
            const std::size_t end =
                std::clamp(firstAt(samples, at, fromAxis(bucket * width)), at + 1, inside.last);
            thinner.join({at, end});
            at = end;
        }
    }
    thinner.copy(after);
    return thinner.take();
}

} // namespace boolab::ui
