// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector/inspection_reading.h"

namespace boolab::ui
{

namespace
{

QString textOf(const Error& error)
{
    return QString::fromStdString(error.text());
}

void compare(const std::string& path, InspectionReading& reading)
{
    const auto original = ModelFiles::open(path);
    const auto errors = original ? weightErrors(*reading.layer, *original)
                                 : Result<std::vector<double>>(std::unexpected(original.error()));
    if (!errors) {
        reading.originalProblem = textOf(errors.error());
        return;
    }
    reading.weightErrors = *errors;
    reading.fileBytes += original->fileBytes();
}

} // namespace

InspectionReading readInspection(const InspectionRequest& request)
{
    InspectionReading reading;
    const auto files = ModelFiles::open(request.model.toStdString());
    if (!files) {
        reading.problem = textOf(files.error());
        return reading;
    }
    for (const LinearLayerInfo& layer : files->linearLayers())
        reading.layerNames.push_back(layer.name);
    const std::string wanted =
        request.layer.isEmpty() ? reading.layerNames.front() : request.layer.toStdString();
    auto layer = inspectLayer(*files, wanted);
    if (!layer) {
        reading.problem = textOf(layer.error());
        return reading;
    }
    reading.fileBytes = files->fileBytes();
    reading.layer = std::make_shared<const LayerInspection>(std::move(*layer));
    if (!request.original.isEmpty() && !reading.layer->isDense())
        compare(request.original.toStdString(), reading);
    return reading;
}

std::optional<ProbeResult> ProbeResult::from(const nlohmann::json& json)
{
    try {
        const auto& probe = json.at("probe");
        const std::vector<double> none;
        return ProbeResult{.outputError = probe.value("output_error", none),
                           .outputErrorInModel = probe.value("output_error_in_model", none),
                           .outputRms = probe.at("output_rms"),
                           .correlation = probe.at("correlation"),
                           .text = QString::fromStdString(probe.at("text")),
                           .tokens = probe.at("tokens")};
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

} // namespace boolab::ui
