// SPDX-License-Identifier: Apache-2.0
#include "app/cli/sweep_report.h"

#include "core/jobs/text_format.h"

#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace boolab::cli
{

namespace
{

constexpr const char* kColumns[] = {
    "method",      "bits",       "kernels", "bits_per_weight", "scale_bits", "bits_per_weight_all",
    "file_bytes",  "perplexity", "ratio",   "relative_error",  "model",      "convert_run",
    "evaluate_run"};

/// A figure that came through the database is null where it was infinite.
double number(const nlohmann::json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_number() ? found->get<double>()
                                                     : std::numeric_limits<double>::quiet_NaN();
}

std::string shown(const nlohmann::json& json, const char* key, const char* format)
{
    const double value = number(json, key);
    return std::isfinite(value) ? fmt::format(fmt::runtime(format), value) : "-";
}

std::string figure(const nlohmann::json& json, const char* key)
{
    const double value = number(json, key);
    return std::isfinite(value) ? formatNumber(value) : "-";
}

std::vector<std::string> tableRow(const nlohmann::json& point)
{
    const bool failed = point.contains("error");
    const double bytes = number(point, "file_bytes");
    return {point.value("method", ""),
            shown(point, "bits", "{:g}"),
            shown(point, "bits_per_weight", "{:.2f}"),
            shown(point, "scale_bits", "{:.2f}"),
            shown(point, "bits_per_weight_all", "{:.2f}"),
            std::isfinite(bytes) ? formatBytes(static_cast<std::int64_t>(bytes)) : "-",
            failed ? "failed" : figure(point, "perplexity"),
            failed ? "" : figure(point, "ratio")};
}

std::string csvValue(const nlohmann::json& point, const char* key)
{
    const auto found = point.find(key);
    if (found == point.end() || found->is_null()) return {};
    if (found->is_string()) return csvField(found->get<std::string>());
    return found->is_number_float() ? fmt::format("{}", found->get<double>()) : found->dump();
}

/// The full-precision model, where it was measured, and every point.
std::vector<nlohmann::json> rowsOf(const nlohmann::json& result)
{
    std::vector<nlohmann::json> rows;
    if (result["reference"].is_object()) rows.push_back(result["reference"]);
    for (const auto& point : result["points"])
        rows.push_back(point);
    return rows;
}

} // namespace

void addFigures(nlohmann::json& point, const nlohmann::json& conversion, const nlohmann::json& evaluation,
                double fullPrecision)
{
    for (const char* key : {"kernels", "relative_error"})
        if (conversion.is_object() && conversion.contains(key)) point[key] = conversion[key];
    for (const char* key : {"bits_per_weight", "bits_per_weight_all", "file_bytes", "perplexity"})
        if (evaluation.is_object() && evaluation.contains(key)) point[key] = evaluation[key];
    // One bit per kernel and weight; the rest are the scales.
    const double scales = number(point, "bits_per_weight") - number(point, "kernels");
    if (std::isfinite(scales)) point["scale_bits"] = scales;
    const double ratio = number(point, "perplexity") / fullPrecision;
    if (fullPrecision > 0 && !std::isnan(ratio)) point["ratio"] = ratio;
}

std::string sweepTable(const nlohmann::json& result)
{
    std::vector<std::vector<std::string>> rows = {{"method", "bits", "bits/weight", "of them scales",
                                                   "over all", "file", "perplexity", "x full precision"}};
    std::string failures;
    for (const nlohmann::json& point : rowsOf(result)) {
        rows.push_back(tableRow(point));
        if (point.contains("error"))
            failures += fmt::format("{} {}: {}\n", point.value("method", ""), shown(point, "bits", "{:g}"),
                                    point["error"].value("message", ""));
    }
    return textTable(rows) + (failures.empty() ? "" : "\n" + failures);
}

std::string sweepCsv(const nlohmann::json& result)
{
    std::string text;
    for (const char* column : kColumns)
        text += fmt::format("{},", column);
    text += "error\n";
    for (const nlohmann::json& point : rowsOf(result)) {
        for (const char* column : kColumns)
            text += csvValue(point, column) + ",";
        text += (point.contains("error") ? csvField(point["error"].value("message", "")) : "") + "\n";
    }
    return text;
}

} // namespace boolab::cli
