// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/inspect_model.h"

#include "core/inspect/tensor_list.h"
#include "core/jobs/memory_estimate.h"

namespace boolab
{

namespace
{

const char* kindName(ModelKind kind)
{
    switch (kind) {
    case ModelKind::HuggingFace:
        return "huggingface";
    case ModelKind::Gguf:
        return "gguf";
    case ModelKind::Boolean:
        return "boolean";
    }
    return "";
}

nlohmann::json shapeJson(const ModelConfig& config)
{
    return {{"vocab_size", config.vocabSize},
            {"hidden_size", config.hiddenSize},
            {"intermediate_size", config.intermediateSize},
            {"num_hidden_layers", config.numLayers},
            {"num_attention_heads", config.numHeads},
            {"num_key_value_heads", config.numKvHeads},
            {"head_dim", config.headDim},
            {"max_position_embeddings", config.maxPositions},
            {"rope_theta", config.ropeTheta},
            {"rms_norm_eps", config.rmsNormEps},
            {"tie_word_embeddings", config.tieWordEmbeddings}};
}

nlohmann::json dtypesJson(const ModelFiles& files)
{
    nlohmann::json dtypes = nlohmann::json::object();
    for (const TensorInfo& tensor : files.tensors()) {
        const auto entry =
            dtypes.emplace(std::string(nameOf(tensor.dtype)), nlohmann::json{{"tensors", 0}, {"bytes", 0}})
                .first;
        (*entry)["tensors"] = (*entry)["tensors"].get<std::int64_t>() + 1;
        (*entry)["bytes"] = (*entry)["bytes"].get<std::int64_t>() + tensor.byteSize;
    }
    return dtypes;
}

nlohmann::json layerJson(const ModelFiles& files, const LinearLayerInfo& layer)
{
    std::int64_t bytes = 0, weightBytes = 0;
    std::string dtype = "boolean";
    for (const char* part : {".weight", ".bool_weight", ".scale_out", ".scale_in", ".bias"})
        if (const TensorInfo* tensor = files.find(layer.name + part)) {
            bytes += tensor->byteSize;
            if (std::string_view(part) != ".bias") weightBytes += tensor->byteSize;
            if (std::string_view(part) == ".weight") dtype = nameOf(tensor->dtype);
        }
    const auto weights = static_cast<double>(layer.outFeatures * layer.inFeatures);
    return {{"name", layer.name},
            {"out", layer.outFeatures},
            {"in", layer.inFeatures},
            {"dtype", dtype},
            {"kernels", layer.kernelCount},
            {"bytes", bytes},
            {"bits_per_weight", 8.0 * static_cast<double>(weightBytes) / weights}};
}

nlohmann::json memoryJson(const ModelFiles& files)
{
    nlohmann::json memory = nlohmann::json::object();
    for (const JobKind kind : {JobKind::Convert, JobKind::Finetune, JobKind::Evaluate, JobKind::Generate}) {
        if (kind == JobKind::Convert && files.kind() == ModelKind::Boolean) continue;
        const MemoryEstimate estimate = estimateMemory(files.config(), Job(kind));
        nlohmann::json parts = nlohmann::json::array();
        for (const auto& part : estimate.parts)
            parts.push_back({{"name", part.name}, {"bytes", part.bytes}});
        memory[jobSpec(kind).name] = {
            {"total_bytes", estimate.totalBytes()}, {"disk_bytes", estimate.diskBytes}, {"parts", parts}};
    }
    return memory;
}

} // namespace

Result<nlohmann::json> inspectModel(const std::filesystem::path& path)
{
    auto files = ModelFiles::open(path);
    if (!files) return std::unexpected(files.error());
    return inspectModel(*files);
}

nlohmann::json inspectModel(const ModelFiles& files)
{
    nlohmann::json layers = nlohmann::json::array();
    for (const LinearLayerInfo& layer : files.linearLayers())
        layers.push_back(layerJson(files, layer));
    return {{"path", files.path().string()},
            {"kind", kindName(files.kind())},
            {"architecture", files.config().modelType},
            {"config", shapeJson(files.config())},
            {"parameters", files.parameterCount()},
            {"file_bytes", files.fileBytes()},
            {"bits_per_weight", files.bitsPerWeight()},
            {"bits_per_weight_all", files.bitsPerWeightAll()},
            {"dtypes", dtypesJson(files)},
            {"layers", layers},
            {"tensors", toJson(tensorList(files))},
            {"metadata", files.metadata()},
            {"memory", memoryJson(files)}};
}

} // namespace boolab
