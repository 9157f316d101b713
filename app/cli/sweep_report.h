// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace boolab::cli
{

/// The table that ends a sweep, and what went wrong below it; from the sweep's result.
std::string sweepTable(const nlohmann::json& result);

} // namespace boolab::cli
