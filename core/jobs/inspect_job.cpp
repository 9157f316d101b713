// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/inspect_job.h"

#include "core/inspect/check_values.h"
#include "core/inspect/tensor_filter.h"
#include "core/inspect/tensor_text.h"
#include "core/inspect/tokenizer_facts.h"
#include "core/jobs/inspect_model.h"

#include <array>
#include <fmt/format.h>
#include <unordered_map>

namespace boolab
{

namespace
{

constexpr std::array kOfTheModel = {"tensors", "filter",       "tensor_type", "tensor_shape",
                                    "csv",     "check_values", "tokenize",    "add_special_tokens"};

bool isAskedFor(const Job& job, const char* key)
{
    return job.on(key) || !job.text(key).empty();
}

bool listsTensors(const Job& job)
{
    for (const char* key : {"tensors", "filter", "tensor_type", "tensor_shape", "csv", "check_values"})
        if (isAskedFor(job, key)) return true;
    return false;
}

Result<TensorFilter> filterOf(const Job& job)
{
    const auto refuse = [](const char* flag, const Error& error) {
        return fail(error.code, fmt::format("inspect: {} {}", flag, error.message), error.hint);
    };
    auto name = NamePattern::compile(job.text("filter"));
    if (!name) return refuse("--filter", name.error());
    auto shape = ShapePattern::parse(job.text("tensor_shape"));
    if (!shape) return refuse("--tensor-shape", shape.error());
    return TensorFilter{std::move(*name), job.text("tensor_type"), std::move(*shape)};
}

Status addValues(const ModelFiles& files, std::vector<TensorRow>& rows, JobObserver& observer)
{
    std::unordered_map<std::string, TensorRow*> rowOf;
    std::vector<const TensorInfo*> tensors;
    for (TensorRow& row : rows) {
        tensors.push_back(files.find(row.name));
        rowOf[row.name] = &row;
    }
    observer.phase("checking values", "bytes");
    return checkValues(files, tensors,
                       {.found = [&](const TensorInfo& tensor,
                                     const ValueFigures& figures) { rowOf[tensor.name]->values = figures; },
                        .goOn =
                            [&](std::int64_t done, std::int64_t total) {
                                observer.progress(done, total);
                                return observer.command() != JobObserver::Command::Stop;
                            }});
}

nlohmann::json valueCheckJson(const std::vector<TensorRow>& rows)
{
    std::int64_t checked = 0;
    nlohmann::json names = nlohmann::json::array();
    for (const TensorRow& row : rows) {
        checked += row.values ? 1 : 0;
        if (row.values && !row.values->isFinite()) names.push_back(row.name);
    }
    return {{"checked", checked}, {"not_finite", std::move(names)}};
}

Result<nlohmann::json> tokenizerJson(const ModelFiles& files, const Job& job)
{
    const auto tokenizer = Tokenizer::open(files);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    nlohmann::json json = toJson(tokenizerFacts(*tokenizer, files.config().vocabSize));
    json["text"] = job.text("tokenize");
    json["tokens"] = toJson(tokenPieces(*tokenizer, job.text("tokenize"), job.on("add_special_tokens")));
    return json;
}

} // namespace

Status checkInspect(const Job& job)
{
    if (job.has("layer"))
        for (const char* key : kOfTheModel)
            if (isAskedFor(job, key))
                return fail(ErrorCode::Usage,
                            fmt::format("inspect: {} is about the whole model, --layer about one layer",
                                        job.spec().find(key)->shownName()),
                            "Give one of them.");
    if (job.on("add_special_tokens") && !job.has("tokenize"))
        return fail(ErrorCode::Usage, "inspect: --add-special-tokens is for --tokenize",
                    "Give the text: --tokenize \"Once upon a time\".");
    if (auto filter = filterOf(job); !filter) return std::unexpected(filter.error());
    return {};
}

Result<nlohmann::json> inspectModel(const Job& job, JobObserver& observer)
{
    const auto filter = filterOf(job);
    if (!filter) return std::unexpected(filter.error());
    const auto files = ModelFiles::open(job.text("model"));
    if (!files) return std::unexpected(files.error());
    nlohmann::json inspection = inspectModel(*files);
    std::vector<TensorRow> rows = filtered(tensorList(*files), *filter);
    if (job.on("check_values")) {
        if (auto checked = addValues(*files, rows, observer); !checked)
            return std::unexpected(checked.error());
        inspection["value_check"] = valueCheckJson(rows);
    }
    inspection["tensors"] = toJson(rows);
    if (job.has("tokenize")) {
        auto tokenizer = tokenizerJson(*files, job);
        if (!tokenizer) return tokenizer;
        inspection["tokenizer"] = std::move(*tokenizer);
    }
    return inspection;
}

std::string inspectionText(const Job& job, const nlohmann::json& inspection)
{
    const bool tensors = listsTensors(job), tokens = job.has("tokenize");
    if (!tensors && !tokens) return inspectionText(inspection);
    std::string text;
    if (tensors) {
        const auto rows = tensorsFrom(inspection.at("tensors"));
        if (job.on("csv")) return tensorCsv(rows);
        text = tensorText(rows, linearLayersFrom(inspection.at("layers")));
        if (const std::string check = valueCheckText(rows); !check.empty()) text += "\n" + check;
    }
    if (tokens) text += (text.empty() ? "" : "\n") + tokensText(inspection.at("tokenizer"));
    return text;
}

} // namespace boolab
