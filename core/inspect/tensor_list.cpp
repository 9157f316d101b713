// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/tensor_list.h"

#include "core/base/json_field.h"
#include "core/formats/gguf_llama.h"
#include "core/jobs/text_format.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace boolab
{

namespace
{

constexpr std::string_view kBits = ".bool_weight";

std::int64_t parametersOf(const ModelFiles& files, const TensorInfo& tensor)
{
    const std::string& name = tensor.name;
    if (name.ends_with(kBits)) {
        const auto layer = files.booleanLayer(name.substr(0, name.size() - kBits.size()));
        return layer ? layer->outFeatures * layer->inFeatures : 0;
    }
    for (const char* scale : {".scale_out", ".scale_in", "_scale"})
        if (name.ends_with(scale)) return 0;
    if (files.config().tieWordEmbeddings && name == "lm_head.weight") return 0;
    return tensor.elementCount();
}

std::vector<std::string> cellsOf(const TensorRow& tensor, double allBytes, bool withValues)
{
    std::vector<std::string> cells = {tensor.name,
                                      tensor.storedName.empty() ? tensor.name : tensor.storedName,
                                      fmt::format("{}", fmt::join(tensor.shape, "x")),
                                      tensor.dtype,
                                      std::to_string(tensor.parameters),
                                      std::to_string(tensor.bytes),
                                      fmt::format("{:.6f}", static_cast<double>(tensor.bytes) / allBytes)};
    if (!withValues) return cells;
    if (!tensor.values) return cells.resize(cells.size() + 5), cells;
    const ValueFigures& values = *tensor.values;
    cells.push_back(std::to_string(values.nans));
    cells.push_back(std::to_string(values.infinities));
    for (const double figure : {values.minimum, values.maximum, values.meanAbs})
        cells.push_back(values.finite() > 0 ? fmt::format("{:.9g}", figure) : std::string());
    return cells;
}

std::string csvLine(const std::vector<std::string>& cells)
{
    std::string line;
    for (const std::string& cell : cells)
        line += (line.empty() ? "" : ",") + csvField(cell);
    return line + "\r\n";
}

} // namespace

std::vector<TensorRow> tensorList(const ModelFiles& files)
{
    std::vector<TensorRow> rows;
    for (const TensorInfo& tensor : files.tensors()) {
        const auto stored = files.kind() == ModelKind::Gguf ? ggufName(tensor.name) : std::nullopt;
        rows.push_back({.name = tensor.name,
                        .storedName = stored.value_or(std::string()),
                        .dtype = std::string(nameOf(tensor.dtype)),
                        .shape = tensor.shape,
                        .parameters = parametersOf(files, tensor),
                        .bytes = tensor.byteSize});
    }
    return rows;
}

nlohmann::json toJson(const std::vector<TensorRow>& tensors)
{
    nlohmann::json all = nlohmann::json::array();
    for (const TensorRow& tensor : tensors) {
        nlohmann::json entry = {{"name", tensor.name},
                                {"dtype", tensor.dtype},
                                {"shape", tensor.shape},
                                {"parameters", tensor.parameters},
                                {"bytes", tensor.bytes}};
        if (!tensor.storedName.empty()) entry["stored_name"] = tensor.storedName;
        if (tensor.values) entry["values"] = toJson(*tensor.values);
        all.push_back(std::move(entry));
    }
    return all;
}

std::vector<TensorRow> tensorsFrom(const nlohmann::json& json)
{
    std::vector<TensorRow> rows;
    if (!json.is_array()) return rows;
    for (const nlohmann::json& entry : json) {
        TensorRow row{.name = textAt(entry, "name"),
                      .storedName = textAt(entry, "stored_name"),
                      .dtype = textAt(entry, "dtype"),
                      .shape = {},
                      .parameters = integerAt(entry, "parameters"),
                      .bytes = integerAt(entry, "bytes")};
        for (const nlohmann::json& length : listAt(entry, "shape"))
            if (length.is_number_integer()) row.shape.push_back(length.get<std::int64_t>());
        if (entry.is_object() && entry.contains("values")) row.values = valueFiguresFrom(entry["values"]);
        if (!row.name.empty()) rows.push_back(std::move(row));
    }
    return rows;
}

std::string shapeText(const std::vector<std::int64_t>& shape)
{
    return shape.empty() ? "1" : fmt::format("{}", fmt::join(shape, " × "));
}

std::string tensorCsv(const std::vector<TensorRow>& tensors)
{
    const bool withValues =
        std::ranges::any_of(tensors, [](const TensorRow& row) { return row.values.has_value(); });
    std::int64_t bytes = 0;
    for (const TensorRow& tensor : tensors)
        bytes += tensor.bytes;
    std::vector<std::string> head = {"name", "stored_name", "shape", "dtype", "parameters", "bytes", "share"};
    if (withValues) head.insert(head.end(), {"nan", "inf", "minimum", "maximum", "mean_abs"});
    std::string csv = csvLine(head);
    for (const TensorRow& tensor : tensors)
        csv += csvLine(cellsOf(tensor, static_cast<double>(std::max<std::int64_t>(1, bytes)), withValues));
    return csv;
}

} // namespace boolab
