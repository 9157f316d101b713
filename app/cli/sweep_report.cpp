// SPDX-License-Identifier: Apache-2.0
#include "app/cli/sweep_report.h"

#include "core/jobs/sweep_figures.h"
#include "core/jobs/text_format.h"

#include <cmath>
#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

std::string shown(const nlohmann::json& json, const char* key, const char* format)
{
    const double value = sweepFigure(json, key);
    return std::isfinite(value) ? fmt::format(fmt::runtime(format), value) : "-";
}

std::string figure(const nlohmann::json& json, const char* key)
{
    const double value = sweepFigure(json, key);
    return std::isfinite(value) ? formatNumber(value) : "-";
}

std::vector<std::string> tableRow(const nlohmann::json& point)
{
    const bool failed = point.contains("error");
    const double bytes = sweepFigure(point, "file_bytes");
    return {point.value("method", ""),
            shown(point, "bits", "{:g}"),
            shown(point, "bits_per_weight", "{:.2f}"),
            shown(point, "scale_bits", "{:.2f}"),
            shown(point, "bits_per_weight_all", "{:.2f}"),
            std::isfinite(bytes) ? formatBytes(static_cast<std::int64_t>(bytes)) : "-",
            failed ? "failed" : figure(point, "perplexity"),
            failed ? "" : figure(point, "ratio")};
}

} // namespace

std::string sweepTable(const nlohmann::json& result)
{
    std::vector<std::vector<std::string>> rows = {{"method", "bits", "bits/weight", "of them scales",
                                                   "over all", "file", "perplexity", "x full precision"}};
    std::string failures;
    for (const nlohmann::json& point : sweepRows(result)) {
        rows.push_back(tableRow(point));
        if (point.contains("error"))
            failures += fmt::format("{} {}: {}\n", point.value("method", ""), shown(point, "bits", "{:g}"),
                                    point["error"].value("message", ""));
    }
    return textTable(rows) + (failures.empty() ? "" : "\n" + failures);
}

} // namespace boolab::cli
