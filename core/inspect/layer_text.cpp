// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/inspection_json.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

using Rows = std::vector<std::vector<std::string>>;

std::string line(const char* name, const std::string& value)
{
    return fmt::format("  {:<16}{}\n", name, value);
}

std::string numberAt(const nlohmann::json& list, std::size_t place)
{
    return place < list.size() ? formatNumber(list[place].get<double>()) : "-";
}

std::string spreadText(const nlohmann::json& scales)
{
    return fmt::format("{} ± {} ({} to {})", formatNumber(scales.at("mean").get<double>()),
                       formatNumber(scales.at("deviation").get<double>()),
                       formatNumber(scales.at("minimum").get<double>()),
                       formatNumber(scales.at("maximum").get<double>()));
}

std::string card(const nlohmann::json& json)
{
    const auto& model = json.at("model");
    const auto kernels = json.at("kernels").get<std::int64_t>();
    std::string text =
        fmt::format("{} of {}\n", json.at("layer").get<std::string>(), json.at("path").get<std::string>());
    text += line("out × in", fmt::format("{} × {}", json.at("out").get<std::int64_t>(),
                                         json.at("in").get<std::int64_t>()));
    text +=
        line("stored as",
             kernels > 0 ? fmt::format("K = {}, scales in {}", kernels, json.at("dtype").get<std::string>())
                         : json.at("dtype").get<std::string>() + ": stays in full precision");
    text += line("size", formatBytes(json.at("bytes").get<std::int64_t>()));
    text +=
        line("bits per weight",
             fmt::format("{:.2f} with scales; the model {:.2f}, {:.2f} over the whole file of {}",
                         json.at("bits_per_weight").get<double>(), model.at("bits_per_weight").get<double>(),
                         model.at("bits_per_weight_all").get<double>(),
                         formatBytes(model.at("file_bytes").get<std::int64_t>())));
    if (json.contains("original")) text += line("original", json["original"].get<std::string>());
    if (json.contains("probe")) {
        const auto& probe = json["probe"];
        text += line("probe", fmt::format("{}, {} tokens", probe.at("text").get<std::string>(),
                                          formatCount(probe.at("tokens").get<std::int64_t>())));
    }
    return text;
}

std::string errorTable(const nlohmann::json& json)
{
    const nlohmann::json none = nlohmann::json::array(),
                         probe = json.value("probe", nlohmann::json::object());
    const auto weight = json.value("weight_error", none), output = probe.value("output_error", none),
               inModel = probe.value("output_error_in_model", none);
    Rows rows = {{"first kernels", "weight error", "output error", "output error in the model"}};
    for (std::size_t k = 0; k < json.at("per_kernel").size(); ++k)
        rows.push_back(
            {std::to_string(k + 1), numberAt(weight, k), numberAt(output, k), numberAt(inModel, k)});
    return textTable(rows);
}

std::string kernelTable(const nlohmann::json& kernels)
{
    Rows rows = {{"kernel", "share of +1", "scales out", "scales in"}};
    for (std::size_t k = 0; k < kernels.size(); ++k)
        rows.push_back({std::to_string(k + 1),
                        fmt::format("{:.4f}", kernels[k].at("plus_share").get<double>()),
                        spreadText(kernels[k].at("scale_out")), spreadText(kernels[k].at("scale_in"))});
    return textTable(rows);
}

std::string correlationTable(const nlohmann::json& correlation)
{
    Rows rows = {{"correlation"}};
    for (std::size_t k = 0; k < correlation.size(); ++k)
        rows.front().push_back(fmt::format("kernel {}", k + 1));
    for (std::size_t k = 0; k < correlation.size(); ++k) {
        rows.push_back({fmt::format("kernel {}", k + 1)});
        for (const auto& value : correlation[k])
            rows.back().push_back(fmt::format("{:.3f}", value.get<double>()));
    }
    return textTable(rows);
}

} // namespace

std::string layerText(const nlohmann::json& inspection)
{
    std::string text = card(inspection);
    const auto& kernels = inspection.at("per_kernel");
    if (kernels.empty()) return text;
    if (inspection.contains("weight_error") || inspection.contains("probe"))
        text += "\n" + errorTable(inspection);
    text += "\n" + kernelTable(kernels);
    if (inspection.contains("probe")) text += "\n" + correlationTable(inspection["probe"].at("correlation"));
    return text;
}

} // namespace boolab
