// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/sample.h"

#include <cstddef>
#include <span>
#include <vector>

namespace boolab::ui
{

/// Where the lowest and the highest value of any stretch of a growing curve lie, found by looking at some
/// tens of values however long the stretch is. Holds about a sixteenth of the samples' size.
class MinMaxPyramid
{
public:
    /// Indices of samples; -1: nothing finite there.
    struct Extremes {
        std::ptrdiff_t low = -1, high = -1;
    };

    /// `samples` are all there are; those of the calls before must be the same.
    void grow(std::span<const Sample> samples);
    void clear() { m_levels.clear(); }
    /// Of samples[first, last).
    Extremes in(std::span<const Sample> samples, std::size_t first, std::size_t last) const;

private:
    static constexpr std::size_t kFan = 32;

    /// [0]: of every 32 samples; [k + 1]: of every 32 entries of [k]. Full blocks only.
    std::vector<std::vector<Extremes>> m_levels;
};

} // namespace boolab::ui
