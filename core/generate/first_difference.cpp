// SPDX-License-Identifier: Apache-2.0
#include "core/generate/first_difference.h"

#include <algorithm>

namespace boolab
{

namespace
{

/// Whether a byte goes on with the character before it (UTF-8).
bool isContinuation(std::string_view text, std::size_t at)
{
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

} // namespace

std::optional<std::size_t> firstDifference(const AnswerText& a, const AnswerText& b)
{
    const auto end = std::ranges::mismatch(a.text, b.text).in1;
    auto common = static_cast<std::size_t>(end - a.text.begin());
    const bool aIsThrough = common == a.text.size(), bIsThrough = common == b.text.size();
    if (aIsThrough && bIsThrough) return std::nullopt;
    if (aIsThrough && !a.ended) return std::nullopt;
    if (bIsThrough && !b.ended) return std::nullopt;
    while (common > 0 && (isContinuation(a.text, common) || isContinuation(b.text, common)))
        --common;
    return common;
}

} // namespace boolab
