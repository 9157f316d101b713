// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace boolab
{

/// The word that `mistyped` was most likely meant to be (fewest edits), or empty where none is near.
std::string nearestWord(std::string_view mistyped, const std::vector<std::string>& words);

} // namespace boolab
