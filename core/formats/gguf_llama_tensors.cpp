// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_llama_tensors.h"

#include "core/formats/gguf_cursor.h"

#include <fmt/format.h>
#include <unordered_set>

namespace boolab
{

namespace
{

using Shape = std::vector<std::int64_t>;

struct BlockPart {
    std::string_view name;
    Shape weight;
    bool bias = false; ///< with a bias, one value per row
};

std::vector<BlockPart> blockParts(const ModelConfig& config)
{
    const auto C = config.hiddenSize, F = config.intermediateSize;
    const auto query = config.numHeads * config.headDim, keyValue = config.numKvHeads * config.headDim;
    const bool attention = config.attentionBias, mlp = config.mlpBias;
    return {{"attn_norm", {C}, false},
            {"attn_q", {query, C}, attention},
            {"attn_k", {keyValue, C}, attention},
            {"attn_v", {keyValue, C}, attention},
            {"attn_output", {C, query}, attention},
            {"ffn_norm", {C}, false},
            {"ffn_gate", {F, C}, mlp},
            {"ffn_up", {F, C}, mlp},
            {"ffn_down", {C, F}, mlp}};
}

bool isFloatingPoint(DType dtype)
{
    return dtype != DType::I8 && dtype != DType::I16 && dtype != DType::I32 && dtype != DType::I64;
}

/// Derived from the config's rope keys, so it is not read; rope_freqs is read with the config.
bool isRopeTable(std::string_view name)
{
    const auto block = parseGgufBlockName(name);
    return name == "rope_freqs.weight" || (block && block->part == "attn_rot_embd");
}

class TensorCheck
{
public:
    TensorCheck(const GgufFile& file, const ModelConfig& config)
        : m_file(file), m_config(config), m_parts(blockParts(config))
    {
    }

    Status run()
    {
        for (const auto& tensor : m_file.tensors())
            if (auto status = checkOne(tensor); !status) return status;
        return checkComplete();
    }

private:
    /// The shape that `name` must have; nothing for tensors that the model does not have.
    std::optional<Shape> shapeOf(std::string_view name) const
    {
        if (name == "token_embd.weight" || name == "output.weight")
            return Shape{m_config.vocabSize, m_config.hiddenSize};
        if (name == "output_norm.weight") return Shape{m_config.hiddenSize};
        const auto block = parseGgufBlockName(name);
        if (!block || block->layer >= m_config.numLayers) return {};
        for (const auto& part : m_parts) {
            if (part.name != block->part) continue;
            if (block->kind == "weight") return part.weight;
            if (block->kind == "bias" && part.bias) return Shape{part.weight[0]};
        }
        return {};
    }

    Status checkOne(const GgufTensor& tensor)
    {
        if (isRopeTable(tensor.name)) return {};
        const auto shape = shapeOf(tensor.name);
        if (!shape)
            return refuse(ErrorCode::Unsupported, tensor.name,
                          fmt::format("a LLaMA model of {} layers{}{} has no such tensor", m_config.numLayers,
                                      m_config.attentionBias ? "" : " without attention biases",
                                      m_config.mlpBias ? "" : ", without MLP biases"),
                          "Boolab computes plain LLaMA models only; this file holds a variant of them.");
        if (*shape != tensor.shape)
            return refuse(ErrorCode::BadInput, tensor.name,
                          fmt::format("its shape is {}, expected {} by the metadata",
                                      fmt::join(tensor.shape, " x "), fmt::join(*shape, " x ")),
                          "The metadata do not describe these weights: convert the model to GGUF again.");
        if (!isFloatingPoint(tensor.dtype))
            return refuse(ErrorCode::BadInput, tensor.name,
                          fmt::format("its type is {}, expected a floating-point or quantised one",
                                      nameOf(tensor.dtype)),
                          "Convert the model to GGUF again.");
        m_seen.insert(tensor.name);
        return {};
    }

    Status checkComplete() const
    {
        for (const char* name : {"token_embd.weight", "output_norm.weight"})
            if (!m_seen.contains(name)) return missing(name);
        for (std::int64_t layer = 0; layer < m_config.numLayers; ++layer)
            for (const auto& part : m_parts) {
                const auto name = fmt::format("blk.{}.{}.", layer, part.name);
                if (!m_seen.contains(name + "weight")) return missing(name + "weight");
                if (part.bias && !m_seen.contains(name + "bias"))
                    return refuse(ErrorCode::Unsupported, name + "bias",
                                  "is missing, though other projections of its kind have a bias",
                                  "Boolab takes LLaMA models with biases on all attention or MLP "
                                  "projections, or none.");
            }
        return {};
    }

    Status missing(const std::string& name) const
    {
        return refuse(ErrorCode::BadInput, name, "is missing",
                      "The file is incomplete or holds a vocabulary alone: convert or download it again.");
    }

    std::unexpected<Error> refuse(ErrorCode code, std::string_view name, const std::string& what,
                                  std::string hint) const
    {
        return fail(code, fmt::format("{}: tensor {}: {}", m_file.path().string(), quotedName(name), what),
                    std::move(hint));
    }

    const GgufFile& m_file;
    const ModelConfig& m_config;
    std::vector<BlockPart> m_parts;
    std::unordered_set<std::string> m_seen;
};

} // namespace

Status checkGgufLlamaTensors(const GgufFile& file, const ModelConfig& config)
{
    return TensorCheck(file, config).run();
}

} // namespace boolab
