// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/sample.h"

#include <span>
#include <vector>

namespace boolab::ui
{

/// The samples of [xMin, xMax] (ascending in x) and one neighbour on each side, thinned to the lowest and the
/// highest per bucket, so that no spike is lost: about two samples per pixel with one bucket per pixel.
/// Values that are not finite are left out.
std::vector<Sample> downsample(std::span<const Sample> samples, double xMin, double xMax, int buckets);

} // namespace boolab::ui
