// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/sweep_figures.h"

#include "core/jobs/text_format.h"

#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace boolab
{

namespace
{

constexpr const char* kColumns[] = {
    "method",      "bits",       "kernels", "bits_per_weight", "scale_bits", "bits_per_weight_all",
    "file_bytes",  "perplexity", "ratio",   "relative_error",  "model",      "convert_run",
    "evaluate_run"};

std::string csvValue(const nlohmann::json& point, const char* key)
{
    const auto found = point.find(key);
    if (found == point.end() || found->is_null()) return {};
    if (found->is_string()) return csvField(found->get<std::string>());
    return found->is_number_float() ? fmt::format("{}", found->get<double>()) : found->dump();
}

} // namespace

double sweepFigure(const nlohmann::json& point, const char* key)
{
    const auto found = point.is_object() ? point.find(key) : point.end();
    return found != point.end() && found->is_number() ? found->get<double>()
                                                      : std::numeric_limits<double>::quiet_NaN();
}

std::vector<nlohmann::json> sweepRows(const nlohmann::json& result)
{
    std::vector<nlohmann::json> rows;
    if (result["reference"].is_object()) rows.push_back(result["reference"]);
    for (const auto& point : result["points"])
        rows.push_back(point);
    return rows;
}

void addFigures(nlohmann::json& point, const nlohmann::json& conversion, const nlohmann::json& evaluation,
                double fullPrecision)
{
    for (const char* key : {"kernels", "relative_error"})
        if (conversion.is_object() && conversion.contains(key)) point[key] = conversion[key];
    for (const char* key : {"bits_per_weight", "bits_per_weight_all", "file_bytes", "perplexity"})
        if (evaluation.is_object() && evaluation.contains(key)) point[key] = evaluation[key];
    // One bit per kernel and weight; the rest are the scales.
    const double scales = sweepFigure(point, "bits_per_weight") - sweepFigure(point, "kernels");
    if (std::isfinite(scales)) point["scale_bits"] = scales;
    const double ratio = sweepFigure(point, "perplexity") / fullPrecision;
    if (fullPrecision > 0 && !std::isnan(ratio)) point["ratio"] = ratio;
}

std::string sweepCsv(const nlohmann::json& result)
{
    std::string text;
    for (const char* column : kColumns)
        text += fmt::format("{},", column);
    text += "error\n";
    for (const nlohmann::json& point : sweepRows(result)) {
        for (const char* column : kColumns)
            text += csvValue(point, column) + ",";
        text += (point.contains("error") ? csvField(point["error"].value("message", "")) : "") + "\n";
    }
    return text;
}

} // namespace boolab
