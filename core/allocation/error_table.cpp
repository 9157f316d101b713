// SPDX-License-Identifier: Apache-2.0
#include "core/allocation/error_table.h"

#include "core/base/atomic_write.h"
#include "core/base/mapped_file.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace boolab
{

namespace
{

constexpr int kFormatVersion = 1;

bool isCurve(const std::vector<double>& values, std::size_t length)
{
    return values.size() == length &&
           std::ranges::all_of(values, [](double value) { return std::isfinite(value) && value >= 0; });
}

LayerErrors layerFromJson(const nlohmann::json& json)
{
    LayerErrors layer;
    layer.name = json.at("name").get<std::string>();
    layer.outFeatures = json.at("out_features").get<std::int64_t>();
    layer.inFeatures = json.at("in_features").get<std::int64_t>();
    layer.weightError = json.at("weight_error").get<std::vector<double>>();
    layer.outputError = json.value("output_error", std::vector<double>());
    layer.lossError = json.value("loss_error", std::vector<double>());
    if (json.contains("pwcca")) layer.pwcca = json["pwcca"].get<double>();
    return layer;
}

} // namespace

std::int64_t ErrorTable::maxKernels() const
{
    return layers.empty() ? 0 : static_cast<std::int64_t>(layers.front().weightError.size());
}

double ErrorTable::weights() const
{
    double sum = 0;
    for (const LayerErrors& layer : layers)
        sum += layer.weights();
    return sum;
}

Result<ErrorTable> ErrorTable::read(const std::filesystem::path& path)
{
    auto text = readTextFile(path);
    if (!text) return std::unexpected(text.error());
    const auto refuse = [&](const std::string& what) {
        return fail(ErrorCode::BadInput, fmt::format("{}: is no error table: {}", path.string(), what),
                    "Delete the file; it is measured again.");
    };
    try {
        const auto json = nlohmann::json::parse(*text);
        if (json.value("format_version", 0) != kFormatVersion) return refuse("another version wrote it");
        ErrorTable table{json.at("model").get<std::string>(), json.at("method").get<std::string>(), {}};
        for (const auto& layer : json.at("layers"))
            table.layers.push_back(layerFromJson(layer));
        const auto kernels = static_cast<std::size_t>(table.maxKernels());
        for (const LayerErrors& layer : table.layers)
            if (kernels == 0 || layer.outFeatures <= 0 || layer.inFeatures <= 0 ||
                !isCurve(layer.weightError, kernels) ||
                (!layer.outputError.empty() && !isCurve(layer.outputError, kernels)) ||
                (!layer.lossError.empty() && !isCurve(layer.lossError, kernels)))
                return refuse(fmt::format("layer \"{}\" has no sound errors", layer.name));
        return table;
    } catch (const nlohmann::json::exception& error) {
        return refuse(error.what());
    }
}

Status ErrorTable::write(const std::filesystem::path& path) const
{
    nlohmann::json json = {{"format_version", kFormatVersion},
                           {"model", model},
                           {"method", method},
                           {"layers", nlohmann::json::array()}};
    for (const LayerErrors& layer : layers) {
        nlohmann::json entry = {{"name", layer.name},
                                {"out_features", layer.outFeatures},
                                {"in_features", layer.inFeatures},
                                {"weight_error", layer.weightError}};
        if (!layer.outputError.empty()) entry["output_error"] = layer.outputError;
        if (!layer.lossError.empty()) entry["loss_error"] = layer.lossError;
        if (layer.pwcca) entry["pwcca"] = *layer.pwcca;
        json["layers"].push_back(std::move(entry));
    }
    return writeFileAtomically(path, json.dump(1) + "\n");
}

} // namespace boolab
