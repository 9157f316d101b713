// SPDX-License-Identifier: Apache-2.0
#include "core/allocation/budget_curve.h"

#include <algorithm>

namespace boolab
{

namespace
{

/// Average kernels with every free layer at its least or its most.
double extremeBits(const ErrorTable& table, const AllocationRequest& request, bool most)
{
    std::vector<std::int64_t> counts;
    for (const LayerErrors& layer : table.layers)
        counts.push_back(pinnedKernels(request.pins, layer.name)
                             .value_or(most ? std::min(request.maxKernels, table.maxKernels()) : 1));
    return describeAllocation(table, std::move(counts), request.storage).averageKernels;
}

} // namespace

Result<std::vector<Allocation>> budgetCurve(const ErrorTable& table, AllocationRequest request, int points)
{
    const double least = extremeBits(table, request, false), most = extremeBits(table, request, true);
    std::vector<Allocation> curve;
    for (int i = 0; i < points; ++i) {
        const double share = points > 1 ? static_cast<double>(i) / (points - 1) : 0;
        request.bits = least + (most - least) * share;
        auto allocation = planAllocation(table, request);
        if (!allocation) return std::unexpected(allocation.error());
        curve.push_back(std::move(*allocation));
    }
    return curve;
}

} // namespace boolab
