// SPDX-License-Identifier: Apache-2.0
#include "core/formats/boolean_model_writer.h"

#include "core/base/atomic_write.h"
#include "core/base/system_info.h"
#include "core/formats/boolean_model_check.h"
#include "core/formats/boolean_model_pieces.h"
#include "core/formats/safetensors_writer.h"
#include "core/tokenizer/tokenizer.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

// Bytes that stay free on the disk.
constexpr std::int64_t kRoomToSpare = 16 << 20;

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
    std::int64_t needed = kRoomToSpare;
    for (const Piece& piece : pieces) {
        plan.push_back(piece.tensor);
        needed += piece.tensor.byteSize();
    }
    if (const std::int64_t free = freeDiskBytes(folder); free >= 0 && free < needed)
        return fail(ErrorCode::OutOfDisk,
                    fmt::format("{}: needs {:.1f} MB, {:.1f} MB are free", folder.string(),
                                double(needed) / 1e6, double(free) / 1e6),
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
