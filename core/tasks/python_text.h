// SPDX-License-Identifier: Apache-2.0
// What Python's str does to a task's texts, on UTF-8: prompts must equal lm-evaluation-harness' to the
// letter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace boolab::python
{

/// len(): code points.
std::int64_t length(std::string_view text);
/// len(re.split(r"\s+", text)).
std::int64_t words(std::string_view text);
/// str.strip().
std::string strip(std::string_view text);
/// str.rstrip()'s length in bytes.
std::size_t lengthWithoutTrailingSpace(std::string_view text);
/// str.capitalize(): the first character in title case, the rest in lower case.
std::string capitalize(std::string_view text);
/// str.replace(from, to).
std::string replace(std::string_view text, std::string_view from, std::string_view to);

/// repr(): the shortest digits that read back, with a point ("1.0"), "nan", "inf"; "True" and "False".
std::string repr(double value);
std::string repr(bool value);

} // namespace boolab::python
