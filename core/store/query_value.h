// SPDX-License-Identifier: Apache-2.0
// Values as people write them into a query.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace boolab
{

/// "2.6", "-1e-3", "80MB" (decimal), "1.5k", "90s", "20min", "3h", "7d" (seconds).
std::optional<double> queryNumber(std::string_view text);
/// "2026-11-30" or "2026-11-30T14:05", local time, as Unix seconds.
std::optional<double> queryTime(std::string_view text);
/// Upper and lower case alike; UTF-8.
std::string foldedCase(std::string_view text);
/// `*` stands for any characters; both sides folded.
bool matchesPattern(std::string_view text, std::string_view pattern);

} // namespace boolab
