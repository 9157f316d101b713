// SPDX-License-Identifier: Apache-2.0
// Who gets how many Boolean kernels: the solver alone, of costs and losses (method.md section 3).
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <vector>

namespace boolab
{

/// One layer as the solver sees it. `loss[k - 1]` is what the model loses with k kernels, in any unit that
/// all layers share; `cost` is what one kernel takes of the budget.
struct AllocationItem {
    double cost = 0;
    std::vector<double> loss;
    std::int64_t minimum = 1, maximum = 1; ///< equal for a pinned layer
};

/// Kernel counts that lower the sum of losses most while the sum of count * cost stays within `budget`:
/// greedy by gain per cost along every layer's lower convex hull, then single steps that still fit. Exact up
/// to the last steps' granularity; O(layers * K_max * log layers). Usage where even the minima do not fit.
Result<std::vector<std::int64_t>> allocateKernels(const std::vector<AllocationItem>& items, double budget);

} // namespace boolab
