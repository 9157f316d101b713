// SPDX-License-Identifier: Apache-2.0
// How `tokenizers` turns the matches of a splitter into parts.
#pragma once

#include "core/tokenizer/pre_tokenizer.h"
#include "core/tokenizer/utf8.h"

namespace boolab
{

struct MarkedRange {
    TextRange range;
    bool isMatch = false;
};

/// Calls mark(range, isMatch) for the matches of `pattern` and the gaps between them, in order, covering
/// `text`.
template <class Mark> void forEachMatchAndGap(const Regex& pattern, std::string_view text, const Mark& mark)
{
    std::size_t done = 0;
    for (std::size_t from = 0; from < text.size();) {
        const auto match = pattern.find(text, from);
        if (!match) break;
        if (done < match->begin) mark(TextRange{done, match->begin}, false);
        mark(*match, true);
        done = from = match->end;
        if (match->begin == match->end && from < text.size()) nextCodePoint(text, from);
    }
    if (done < text.size()) mark(TextRange{done, text.size()}, false);
}

/// The same for numeric characters, one by one.
template <class Mark> void forEachDigitAndGap(std::string_view text, const Mark& mark)
{
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto start = i;
        if (!isNumeric(nextCodePoint(text, i))) continue;
        if (done < start) mark(TextRange{done, start}, false);
        mark(TextRange{start, i}, true);
        done = i;
    }
    if (done < text.size()) mark(TextRange{done, text.size()}, false);
}

/// Merges or drops ranges as `behavior` says.
std::vector<TextRange> mergedRanges(const std::vector<MarkedRange>& ranges, SplitBehavior behavior);

} // namespace boolab
