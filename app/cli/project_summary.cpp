// SPDX-License-Identifier: Apache-2.0
#include "app/cli/project_summary.h"

#include "core/base/json_field.h"
#include "core/jobs/text_format.h"

#include <filesystem>
#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

using Rows = std::vector<std::vector<std::string>>;

nlohmann::json& modelAt(nlohmann::json& models, const std::string& path, const char* role)
{
    for (auto& model : models)
        if (model["path"] == path) return model;
    models.push_back({{"model", role}, {"path", path}});
    return models.back();
}

void takeFigures(nlohmann::json& model, const nlohmann::json& result)
{
    for (const char* key : {"kernels", "bits_per_weight", "bits_per_weight_all", "file_bytes"})
        if (result.contains(key)) model[key] = result[key];
}

void takePerplexity(nlohmann::json& model, const PlayedJob& played)
{
    if (!played.result.contains("perplexity")) return;
    model["perplexity"] = played.result["perplexity"];
    model["protocol"] = fmt::format("{} × {} tokens of {}", played.result.value("windows", std::int64_t{0}),
                                    played.job.integer("seq_len"),
                                    std::filesystem::path(played.job.text("perplexity")).filename().string());
}

std::string number(const nlohmann::json& model, const char* key)
{
    const auto figure = numberAt(model, key);
    return figure ? fmt::format("{:.2f}", *figure) : "-";
}

std::string modelTable(const nlohmann::json& models)
{
    Rows rows = {{"model", "K", "bits/weight", "whole file", "file size", "perplexity", "measured on"}};
    for (const auto& model : models) {
        const bool hasSize = model.contains("file_bytes");
        rows.push_back({model.value("model", ""),
                        model.contains("kernels") ? formatNumber(model["kernels"].get<double>()) : "-",
                        number(model, "bits_per_weight"), number(model, "bits_per_weight_all"),
                        hasSize ? formatBytes(model["file_bytes"].get<std::int64_t>()) : "-",
                        number(model, "perplexity"), model.value("protocol", "-")});
    }
    return textTable(rows);
}

std::string timeTable(const std::vector<PlayedJob>& jobs)
{
    Rows rows = {{"job", "kind", "run", "time"}};
    double total = 0;
    for (const PlayedJob& played : jobs) {
        total += played.seconds;
        const std::string kind = played.job.spec().name;
        rows.push_back({played.job.has("name") ? played.job.text("name") : kind, kind,
                        played.run ? std::to_string(*played.run) : "-", formatDuration(played.seconds)});
    }
    rows.push_back({"in all", "", "", formatDuration(total)});
    return textTable(rows);
}

} // namespace

nlohmann::json modelSummaries(const std::vector<PlayedJob>& jobs)
{
    nlohmann::json models = nlohmann::json::array();
    for (const PlayedJob& played : jobs) {
        const Job& job = played.job;
        switch (job.kind()) {
        case JobKind::Inspect:
            takeFigures(modelAt(models, job.text("model"), "original"), played.result);
            break;
        case JobKind::Evaluate: {
            nlohmann::json& model = modelAt(models, job.text("model"), "original");
            takeFigures(model, played.result);
            takePerplexity(model, played);
            break;
        }
        case JobKind::Convert:
            takeFigures(modelAt(models, job.text("output"), "converted"), played.result);
            break;
        case JobKind::Finetune: {
            const nlohmann::json student = modelAt(models, job.text("student"), "converted");
            nlohmann::json& model = modelAt(models, job.text("output"), "finetuned");
            takeFigures(model, student);
            takeFigures(model, played.result);
            break;
        }
        case JobKind::Export:
            modelAt(models, job.text("output"), "exported")["file_bytes"] =
                played.result.value("file_bytes", std::int64_t{0});
            break;
        case JobKind::Generate:
        case JobKind::Sweep: // its models stand in its own table
            break;
        }
    }
    return models;
}

std::string summaryText(const std::vector<PlayedJob>& jobs)
{
    return modelTable(modelSummaries(jobs)) + "\n" + timeTable(jobs);
}

} // namespace boolab::cli
