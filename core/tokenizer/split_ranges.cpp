// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/split_ranges.h"

#include <algorithm>

namespace boolab
{

namespace
{

std::vector<TextRange> contiguous(const std::vector<MarkedRange>& ranges)
{
    std::vector<TextRange> result;
    bool previous = false;
    for (const auto& [range, isMatch] : ranges) {
        if (isMatch == previous && !result.empty())
            result.back().end = range.end;
        else
            result.push_back(range);
        previous = isMatch;
    }
    return result;
}

std::vector<TextRange> mergedWithPrevious(const std::vector<MarkedRange>& ranges)
{
    std::vector<TextRange> result;
    bool previous = false;
    for (const auto& [range, isMatch] : ranges) {
        if (isMatch && !previous && !result.empty())
            result.back().end = range.end;
        else
            result.push_back(range);
        previous = isMatch;
    }
    return result;
}

std::vector<TextRange> mergedWithNext(const std::vector<MarkedRange>& ranges)
{
    std::vector<TextRange> result;
    bool next = false;
    for (auto it = ranges.rbegin(); it != ranges.rend(); ++it) {
        if (it->isMatch && !next && !result.empty())
            result.back().begin = it->range.begin;
        else
            result.push_back(it->range);
        next = it->isMatch;
    }
    std::reverse(result.begin(), result.end());
    return result;
}

} // namespace

std::vector<TextRange> mergedRanges(const std::vector<MarkedRange>& ranges, SplitBehavior behavior)
{
    switch (behavior) {
    case SplitBehavior::Contiguous:
        return contiguous(ranges);
    case SplitBehavior::MergedWithPrevious:
        return mergedWithPrevious(ranges);
    case SplitBehavior::MergedWithNext:
        return mergedWithNext(ranges);
    default:
        break;
    }
    std::vector<TextRange> result;
    for (const auto& [range, isMatch] : ranges)
        if (behavior == SplitBehavior::Isolated || !isMatch) result.push_back(range);
    return result;
}

} // namespace boolab
