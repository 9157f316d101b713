// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/allocation/plan_allocation.h"

#include <vector>

namespace boolab
{

/// Allocations at `points` budgets spread evenly from the least to the most that the request's pins and K_max
/// leave, by average kernels; the request's own budget is not looked at. Errors as planAllocation().
Result<std::vector<Allocation>> budgetCurve(const ErrorTable& table, AllocationRequest request, int points);

} // namespace boolab
