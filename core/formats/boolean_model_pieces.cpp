// SPDX-License-Identifier: Apache-2.0
#include "core/formats/boolean_model_pieces.h"

#include "core/formats/model_files_impl.h"
#include "kernels/float16.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace boolab
{

namespace
{

constexpr std::int64_t kChunkValues = std::int64_t{1} << 22;

bool isEmbedding(const std::string& name)
{
    return name == "model.embed_tokens.weight" || name == "lm_head.weight";
}

/// Hands the values to `take` in pieces of whole rows.
Status forRowChunks(const ModelFiles& source, const TensorInfo& info,
                    const std::function<Status(std::span<const float>, std::int64_t rows)>& take)
{
    const std::int64_t rows = info.shape.empty() ? 1 : info.shape[0];
    const std::int64_t columns = info.elementCount() / std::max<std::int64_t>(1, rows);
    const std::int64_t step = std::max<std::int64_t>(1, kChunkValues / std::max<std::int64_t>(1, columns));
    std::vector<float> values(static_cast<std::size_t>(std::min(rows, step) * columns));
    for (std::int64_t first = 0; first < rows; first += step) {
        const std::int64_t count = std::min(step, rows - first);
        const auto part = std::span(values).first(static_cast<std::size_t>(count * columns));
        if (auto read = source.readFloat32Rows(info, first, count, part); !read) return read;
        if (auto taken = take(part, count); !taken) return taken;
    }
    return {};
}

Status writeFromSource(const ModelFiles& source, const TensorInfo& info, DType dtype,
                       SafetensorsWriter& writer)
{
    if (info.dtype == dtype && source.kind() != ModelKind::Gguf) {
        auto written = writer.writeBytes(source.bytes(info));
        source.release(info);
        return written;
    }
    if (source.kind() != ModelKind::Gguf || isEmbedding(info.name))
        return forRowChunks(source, info, [&](std::span<const float> values, std::int64_t) {
            return writer.writeFloats(values);
        });
    std::vector<float> values(static_cast<std::size_t>(info.elementCount()));
    if (auto read = source.readFloat32(info, values); !read) return read;
    return writer.writeFloats(values);
}

/// The float16 scale that brings a row's largest value to 127; what the stored scale stands for.
float rowScale(std::span<const float> row)
{
    float largest = 0;
    for (const float value : row)
        largest = std::max(largest, std::abs(value));
    return kernels::float16_to_float(kernels::float_to_float16(largest / 127.0f));
}

/// Two pieces, int8 rows and their scales: the embedding is read twice and never held whole.
std::vector<Piece> int8Pieces(const ModelFiles& source, const TensorInfo& info)
{
    const auto eachRow = [&source, &info](const std::function<Status(std::span<const float>, float)>& take) {
        return forRowChunks(source, info, [&](std::span<const float> values, std::int64_t rows) -> Status {
            const std::size_t columns = values.size() / static_cast<std::size_t>(rows);
            for (std::size_t i = 0; i < values.size(); i += columns) {
                const auto row = values.subspan(i, columns);
                if (auto taken = take(row, rowScale(row)); !taken) return taken;
            }
            return {};
        });
    };
    const auto writeRows = [eachRow](SafetensorsWriter& writer) {
        std::vector<std::int8_t> narrow;
        return eachRow([&](std::span<const float> row, float scale) {
            narrow.resize(row.size());
            for (std::size_t i = 0; i < row.size(); ++i)
                narrow[i] = scale > 0 ? static_cast<std::int8_t>(
                                            std::clamp(std::nearbyint(row[i] / scale), -127.0f, 127.0f))
                                      : std::int8_t{0};
            return writer.writeBytes(std::as_bytes(std::span(narrow)));
        });
    };
    const auto writeScales = [eachRow](SafetensorsWriter& writer) {
        return eachRow([&](std::span<const float>, float scale) { return writer.writeFloats({&scale, 1}); });
    };
    return {{{info.name, DType::I8, info.shape}, writeRows},
            {{info.name + kRowScaleSuffix, DType::F16, {info.shape[0]}}, writeScales}};
}

bool isInteger(DType dtype)
{
    switch (dtype) {
    case DType::I8:
    case DType::I16:
    case DType::I32:
    case DType::I64:
    case DType::U8:
    case DType::Bool:
        return true;
    default:
        return false;
    }
}

bool belongsToBooleanLayer(const ModelFiles& source, const std::string& tensor)
{
    return source.booleanLayer(tensor.substr(0, tensor.rfind('.'))).has_value() && !tensor.ends_with(".bias");
}

} // namespace

std::vector<Piece> planPieces(const ModelFiles& source, const BooleanModelContent& content)
{
    std::set<std::string> handled;
    std::vector<Piece> pieces;
    for (const BooleanLayerData& layer : content.layers) {
        for (const char* suffix : {".weight", ".bool_weight", ".scale_out", ".scale_in"})
            handled.insert(layer.name + suffix);
        pieces.push_back(
            {{layer.name + ".bool_weight",
              DType::U8,
              {layer.kernelCount, layer.outFeatures, (layer.inFeatures + 7) / 8}},
             [&layer](SafetensorsWriter& writer) { return writer.writeBytes(std::as_bytes(layer.bits)); }});
        pieces.push_back(
            {{layer.name + ".scale_out", content.scaleDType, {layer.kernelCount, layer.outFeatures}},
             [&layer](SafetensorsWriter& writer) { return writer.writeFloats(layer.scaleOut); }});
        pieces.push_back(
            {{layer.name + ".scale_in", content.scaleDType, {layer.kernelCount, layer.inFeatures}},
             [&layer](SafetensorsWriter& writer) { return writer.writeFloats(layer.scaleIn); }});
    }
    const bool tied = source.config().tieWordEmbeddings;
    for (const TensorInfo& info : source.tensors()) {
        if (handled.contains(info.name) || (tied && info.name == "lm_head.weight")) continue;
        const auto replaced = std::find_if(content.replaced.begin(), content.replaced.end(),
                                           [&](const auto& r) { return r.name == info.name; });
        if (replaced != content.replaced.end()) {
            const auto* values = &replaced->values;
            pieces.push_back({{info.name, content.otherDType, info.shape},
                              [values](SafetensorsWriter& writer) { return writer.writeFloats(*values); }});
            continue;
        }
        if (content.embeddingBits == 8 && isEmbedding(info.name) && !isInteger(info.dtype)) {
            for (Piece& piece : int8Pieces(source, info))
                pieces.push_back(std::move(piece));
            continue;
        }
        const bool scales = info.name.ends_with(kRowScaleSuffix);
        const bool kept = content.keepsDTypes || isInteger(info.dtype) || scales ||
                          belongsToBooleanLayer(source, info.name);
        const DType dtype = kept ? info.dtype : content.otherDType;
        pieces.push_back({{info.name, dtype, info.shape}, [&source, &info, dtype](SafetensorsWriter& writer) {
                              return writeFromSource(source, info, dtype, writer);
                          }});
    }
    return pieces;
}

} // namespace boolab
