// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace boolab::cli
{

/// Adds a model's figures to a point of a sweep: bits, sizes and errors from its conversion (null for the
/// full-precision model), perplexity from its evaluation, and its ratio to `fullPrecision` where that is
/// known (> 0).
void addFigures(nlohmann::json& point, const nlohmann::json& conversion, const nlohmann::json& evaluation,
                double fullPrecision);

/// The table that ends a sweep, and what went wrong below it; from the sweep's result.
std::string sweepTable(const nlohmann::json& result);
/// One line per model, the full-precision one first.
std::string sweepCsv(const nlohmann::json& result);

} // namespace boolab::cli
