// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/min_max_pyramid.h"

namespace boolab::ui
{

/// What is seen of an x axis.
struct AxisWindow {
    double low = 0, high = 1;
    bool isLog = false; ///< low > 0 then
    friend bool operator==(const AxisWindow&, const AxisWindow&) = default;
};

/// The samples (ascending in x) inside the window and one neighbour on each side, thinned to the lowest and
/// the highest per bucket, so that no spike is lost: about two samples per pixel with one bucket per pixel.
/// Buckets are equally wide on the axis and stay in place while the window moves. Values that are not finite
/// are left out. The cost follows the buckets, hardly the samples.
std::vector<Sample> downsample(std::span<const Sample> samples, const MinMaxPyramid& pyramid,
                               const AxisWindow& window, int buckets);

} // namespace boolab::ui
