// SPDX-License-Identifier: Apache-2.0
#include "core/formats/boolean_model_writer.h"

#include "core/base/atomic_write.h"
#include "core/base/system_info.h"
#include "core/formats/boolean_model_check.h"
#include "core/formats/half.h"
#include "core/formats/safetensors_writer.h"
#include "core/tokenizer/tokenizer.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <set>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

/// A tensor of the output and how its bytes come to be, in the order they are written.
struct Piece {
    PlannedTensor tensor;
    std::function<Status(SafetensorsWriter&)> write;
};

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
    return halfToFloat(floatToHalf(largest / 127.0f));
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
            {{info.name + "_scale", DType::F16, {info.shape[0]}}, writeScales}};
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
        const bool scales = info.name.ends_with("_scale");
        const bool kept = isInteger(info.dtype) || scales || belongsToBooleanLayer(source, info.name);
        const DType dtype = kept ? info.dtype : content.otherDType;
        pieces.push_back({{info.name, dtype, info.shape}, [&source, &info, dtype](SafetensorsWriter& writer) {
                              return writeFromSource(source, info, dtype, writer);
                          }});
    }
    return pieces;
}

nlohmann::json quantizationConfig(const BooleanModelContent& content, const ModelFiles& source,
                                  std::int64_t weightBytes)
{
    nlohmann::json counts = nlohmann::json::object();
    double bits = 0, weights = 0;
    const auto count = [&](const std::string& name, std::int64_t K, std::int64_t out, std::int64_t in,
                           DType scaleDType) {
        const double scaleBits = 8.0 * static_cast<double>(layoutOf(scaleDType).blockBytes);
        counts[name] = K;
        bits += static_cast<double>(K * out * in) + scaleBits * static_cast<double>(K * (out + in));
        weights += static_cast<double>(out * in);
    };
    for (const BooleanLayerData& layer : content.layers)
        count(layer.name, layer.kernelCount, layer.outFeatures, layer.inFeatures, content.scaleDType);
    nlohmann::json kept = nlohmann::json::array({"lm_head"});
    for (const LinearLayerInfo& layer : source.linearLayers()) {
        if (counts.contains(layer.name)) continue;
        if (layer.kernelCount == 0)
            kept.push_back(layer.name);
        else
            count(layer.name, layer.kernelCount, layer.outFeatures, layer.inFeatures,
                  source.find(layer.name + ".scale_out")->dtype);
    }
    return {
        {"quant_method", "mbok"},
        {"format_version", 1},
        {"kernel_counts", counts},
        {"bits_per_weight", weights > 0 ? bits / weights : 0},
        {"bits_per_weight_all", 8.0 * static_cast<double>(weightBytes) /
                                    static_cast<double>(std::max<std::int64_t>(1, source.parameterCount()))},
        {"embedding_bits", content.embeddingBits},
        {"modules_to_not_convert", kept}};
}

Status writeConfig(const fs::path& folder, const ModelFiles& source, const BooleanModelContent& content)
{
    std::error_code error;
    const auto weightBytes = static_cast<std::int64_t>(fs::file_size(folder / "model.safetensors", error));
    nlohmann::json config = source.config().source;
    config["quantization_config"] = quantizationConfig(content, source, weightBytes);
    config["tie_word_embeddings"] = source.config().tieWordEmbeddings;
    const char* dtype = content.otherDType == DType::F16   ? "float16"
                        : content.otherDType == DType::F32 ? "float32"
                                                           : "bfloat16";
    config[config.contains("dtype") ? "dtype" : "torch_dtype"] = dtype;
    return writeFileAtomically(folder / "config.json", config.dump(2) + "\n");
}

/// generation_config.json as transformers derives one from a config.
std::string generationConfig(const ModelConfig& config)
{
    nlohmann::json json = {{"_from_model_config", true}};
    if (config.bosTokenId) json["bos_token_id"] = *config.bosTokenId;
    if (config.padTokenId) json["pad_token_id"] = *config.padTokenId;
    if (config.eosTokenIds.size() == 1) json["eos_token_id"] = config.eosTokenIds.front();
    if (config.eosTokenIds.size() > 1) json["eos_token_id"] = config.eosTokenIds;
    return json.dump(2) + "\n";
}

Status writeTokenizerOfGguf(const fs::path& folder, const ModelFiles& source)
{
    auto tokenizer = Tokenizer::open(source);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    const std::pair<const char*, std::string> files[] = {
        {"tokenizer.json", tokenizer->tokenizerJson()},
        {"tokenizer_config.json", tokenizer->tokenizerConfigJson()},
        {"generation_config.json", generationConfig(source.config())}};
    for (const auto& [name, content] : files)
        if (auto ok = writeFileAtomically(folder / name, content); !ok) return ok;
    return {};
}

/// Copies the tokenizer and everything that speaks about generation; a GGUF's is rebuilt from its metadata.
Status writeTokenizer(const fs::path& folder, const ModelFiles& source)
{
    if (source.kind() == ModelKind::Gguf) return writeTokenizerOfGguf(folder, source);
    for (const char* name :
         {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.json", "merges.txt",
          "tokenizer.model", "added_tokens.json", "chat_template.jinja", "generation_config.json"}) {
        std::error_code error;
        if (!fs::exists(source.folder() / name, error)) continue;
        fs::copy_file(source.folder() / name, folder / name, error);
        if (error)
            return fail(
                ErrorCode::Io,
                fmt::format("{}: cannot be copied: {}", (source.folder() / name).string(), error.message()),
                "Check the disk and the folder's permissions.");
    }
    return {};
}

} // namespace

Status checkModelOutput(const fs::path& folder)
{
    std::error_code error;
    if (!fs::is_directory(folder, error) || fs::is_empty(folder, error) ||
        fs::exists(folder / "config.json", error))
        return {};
    return fail(ErrorCode::Usage,
                fmt::format("{}: this folder holds something else than a model", folder.string()),
                "Its content would be lost. Name a new folder, or one that holds a model to be replaced.");
}

std::int64_t otherBytes(const ModelFiles& source, DType otherDType, std::int64_t embeddingBits)
{
    BooleanModelContent content;
    content.otherDType = otherDType;
    content.embeddingBits = embeddingBits;
    std::set<std::string> linear;
    for (const LinearLayerInfo& layer : source.linearLayers())
        linear.insert(layer.name + ".weight");
    // Of the header's JSON, per tensor: name, dtype, shape, two offsets; three tensors per converted layer.
    constexpr std::int64_t kHeaderBytes = 160;
    std::int64_t bytes = kHeaderBytes * 3 * static_cast<std::int64_t>(linear.size());
    for (const Piece& piece : planPieces(source, content))
        if (!linear.contains(piece.tensor.name)) bytes += piece.tensor.byteSize() + kHeaderBytes;
    return bytes;
}

Status writeBooleanModel(const fs::path& folder, const ModelFiles& source, const BooleanModelContent& content)
{
    if (auto free = checkModelOutput(folder); !free) return free;
    if (auto sound = checkBooleanModelContent(source, content); !sound) return sound;
    const std::vector<Piece> pieces = planPieces(source, content);
    std::vector<PlannedTensor> plan;
    std::int64_t needed = 0;
    for (const Piece& piece : pieces) {
        plan.push_back(piece.tensor);
        needed += piece.tensor.byteSize();
    }
    if (const std::int64_t free = freeDiskBytes(folder); free >= 0 && free < needed + (16 << 20))
        return fail(ErrorCode::OutOfDisk,
                    fmt::format("{}: needs {} MB, {} MB are free", folder.string(), needed / 1'000'000,
                                free / 1'000'000),
                    "Free some disk space or choose another output folder.");
    auto atomic = AtomicFolder::create(folder);
    if (!atomic) return std::unexpected(atomic.error());
    auto writer = SafetensorsWriter::create(atomic->path() / "model.safetensors", std::move(plan));
    if (!writer) return std::unexpected(writer.error());
    for (const Piece& piece : pieces)
        if (auto ok = piece.write(*writer); !ok) return ok;
    if (auto ok = writer->finish(); !ok) return ok;
    if (auto ok = writeConfig(atomic->path(), source, content); !ok) return ok;
    if (auto ok = writeTokenizer(atomic->path(), source); !ok) return ok;
    return atomic->commit();
}

} // namespace boolab
