// SPDX-License-Identifier: Apache-2.0
#include "core/formats/boolean_model_writer.h"

#include "core/base/atomic_write.h"
#include "core/base/disk_room.h"
#include "core/formats/boolean_model_check.h"
#include "core/formats/boolean_model_pieces.h"
#include "core/formats/safetensors_writer.h"
#include "core/formats/tokenizer_files.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

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
    if (!content.keepsDTypes) config[config.contains("dtype") ? "dtype" : "torch_dtype"] = dtype;
    return writeFileAtomically(folder / "config.json", config.dump(2) + "\n");
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

Status writeBooleanModelFiles(const fs::path& folder, const ModelFiles& source,
                              const BooleanModelContent& content)
{
    if (auto sound = checkBooleanModelContent(source, content); !sound) return sound;
    const std::vector<Piece> pieces = planPieces(source, content);
    std::vector<PlannedTensor> plan;
    for (const Piece& piece : pieces)
        plan.push_back(piece.tensor);
    auto writer = SafetensorsWriter::create(folder / "model.safetensors", std::move(plan));
    if (!writer) return std::unexpected(writer.error());
    for (const Piece& piece : pieces)
        if (auto ok = piece.write(*writer); !ok) return ok;
    if (auto ok = writer->finish(); !ok) return ok;
    if (auto ok = writeConfig(folder, source, content); !ok) return ok;
    return writeTokenizerFiles(folder, source);
}

Status writeBooleanModel(const fs::path& folder, const ModelFiles& source, const BooleanModelContent& content)
{
    if (auto free = checkModelOutput(folder); !free) return free;
    if (auto sound = checkBooleanModelContent(source, content); !sound) return sound;
    std::int64_t bytes = 0;
    for (const Piece& piece : planPieces(source, content))
        bytes += piece.tensor.byteSize();
    if (auto room = checkDiskRoom(folder, bytes); !room) return room;
    auto atomic = AtomicFolder::create(folder);
    if (!atomic) return std::unexpected(atomic.error());
    if (auto written = writeBooleanModelFiles(atomic->path(), source, content); !written) return written;
    return atomic->commit();
}

} // namespace boolab
