// SPDX-License-Identifier: Apache-2.0
#include "core/tasks/text_windows.h"

#include <algorithm>

namespace boolab
{

namespace
{

/// Tokens [first, end) are read, but the last, and its last `count` are predicted.
ContinuationTokens windowOf(std::span<const std::int32_t> ids, std::int64_t first, std::int64_t end,
                            std::int64_t count)
{
    const auto at = [&](std::int64_t place) { return ids.begin() + place; };
    return {.input = {at(first), at(end - 1)}, .targets = {at(end - count), at(end)}};
}

} // namespace

std::vector<ContinuationTokens> stridedWindows(std::span<const std::int32_t> ids, std::int64_t length,
                                               std::int64_t stride)
{
    std::vector<ContinuationTokens> windows;
    std::int64_t reached = 1; // nothing predicts the first token
    for (std::int64_t first = 0; reached < std::ssize(ids); first += stride) {
        const std::int64_t end = std::min(first + length, std::ssize(ids));
        if (end > reached) windows.push_back(windowOf(ids, first, end, end - reached));
        reached = std::max(reached, end);
    }
    return windows;
}

std::vector<ContinuationTokens> rollingWindows(std::span<const std::int32_t> ids, std::int32_t prefix,
                                               std::int64_t length)
{
    std::vector<std::int32_t> all = {prefix};
    all.insert(all.end(), ids.begin(), ids.end());
    std::vector<ContinuationTokens> windows;
    for (std::int64_t reached = 1; reached < std::ssize(all);) {
        const std::int64_t end = std::min(reached + length, std::ssize(all));
        windows.push_back(windowOf(all, std::max<std::int64_t>(0, end - length - 1), end, end - reached));
        reached = end;
    }
    return windows;
}

} // namespace boolab
