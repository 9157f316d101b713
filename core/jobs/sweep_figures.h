// SPDX-License-Identifier: Apache-2.0
// What a sweep tells of its points, for the command line and the window alike: {"reference": {…}, "points":
// [{"method", "bits", "kernels", "bits_per_weight", "scale_bits", "bits_per_weight_all", "file_bytes",
// "perplexity", "ratio", "relative_error", "model", "convert_run", "evaluate_run", "error"}, …]}.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace boolab
{

/// A figure of a point; NaN where it is missing or infinite (null in the database).
double sweepFigure(const nlohmann::json& point, const char* key);
/// The full-precision model, where it was measured, and every point.
std::vector<nlohmann::json> sweepRows(const nlohmann::json& result);
/// Adds to a point what its conversion and its evaluation gave; `fullPrecision` is the perplexity to compare
/// with, 0 where it is not known.
void addFigures(nlohmann::json& point, const nlohmann::json& conversion, const nlohmann::json& evaluation,
                double fullPrecision);
/// One row for the full-precision model and one per point.
std::string sweepCsv(const nlohmann::json& result);

} // namespace boolab
