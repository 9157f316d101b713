// SPDX-License-Identifier: Apache-2.0
#include "core/allocation/allocate.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <queue>

namespace boolab
{

namespace
{

// Budgets are sums of shares such as 0.1: a step that ends on the budget must not fail by rounding.
constexpr double kSlack = 1e-9;

/// From `from` kernels to `to`, the steepest way down.
struct Step {
    std::size_t item = 0;
    std::int64_t from = 0, to = 0;
    double gainPerCost = 0;

    bool operator<(const Step& other) const { return gainPerCost < other.gainPerCost; }
};

double lossAt(const AllocationItem& item, std::int64_t kernels)
{
    return item.loss[static_cast<std::size_t>(kernels - 1)];
}

/// The next edge of the item's lower convex hull; none where more kernels gain nothing.
std::optional<Step> nextStep(const std::vector<AllocationItem>& items, std::size_t index, std::int64_t from)
{
    const AllocationItem& item = items[index];
    std::optional<Step> best;
    for (std::int64_t to = from + 1; to <= item.maximum; ++to) {
        const double gain =
            (lossAt(item, from) - lossAt(item, to)) / (static_cast<double>(to - from) * item.cost);
        if (gain > 0 && (!best || gain > best->gainPerCost)) best = Step{index, from, to, gain};
    }
    return best;
}

/// Spends what the hull left over: the best single kernel that still fits, until none does.
void spendRest(const std::vector<AllocationItem>& items, std::vector<std::int64_t>& counts, double rest)
{
    std::priority_queue<Step> queue;
    const auto push = [&](std::size_t i) {
        if (counts[i] >= items[i].maximum) return;
        const double gain = (lossAt(items[i], counts[i]) - lossAt(items[i], counts[i] + 1)) / items[i].cost;
        if (gain > 0) queue.push({i, counts[i], counts[i] + 1, gain});
    };
    for (std::size_t i = 0; i < items.size(); ++i)
        push(i);
    while (!queue.empty()) {
        const Step step = queue.top();
        queue.pop();
        if (items[step.item].cost > rest + kSlack) continue;
        counts[step.item] = step.to;
        rest -= items[step.item].cost;
        push(step.item);
    }
}

} // namespace

Result<std::vector<std::int64_t>> allocateKernels(const std::vector<AllocationItem>& items, double budget)
{
    std::vector<std::int64_t> counts;
    double rest = budget;
    for (const AllocationItem& item : items) {
        counts.push_back(item.minimum);
        rest -= static_cast<double>(item.minimum) * item.cost;
    }
    if (rest < -kSlack * std::max(1.0, budget))
        return fail(ErrorCode::Usage,
                    fmt::format("the least that is possible takes {:.4g}, the budget is {:.4g}",
                                budget - rest, budget));
    std::priority_queue<Step> queue;
    const auto push = [&](std::size_t i) {
        if (const auto step = nextStep(items, i, counts[i])) queue.push(*step);
    };
    for (std::size_t i = 0; i < items.size(); ++i)
        push(i);
    while (!queue.empty()) {
        const Step step = queue.top();
        queue.pop();
        const double cost = static_cast<double>(step.to - step.from) * items[step.item].cost;
        if (cost > rest + kSlack * std::max(1.0, budget)) continue;
        counts[step.item] = step.to;
        rest -= cost;
        push(step.item);
    }
    spendRest(items, counts, rest);
    return counts;
}

} // namespace boolab
