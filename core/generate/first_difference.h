// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace boolab
{

/// An answer as far as it is known.
struct AnswerText {
    std::string_view text; ///< UTF-8
    bool ended = false;    ///< by the model itself: nothing follows, not even with more tokens
};

/// The first byte, at the start of a character, where two answers say something else: other text, or an end
/// where the other goes on. Nothing where one may still become the other.
std::optional<std::size_t> firstDifference(const AnswerText& a, const AnswerText& b);

} // namespace boolab
