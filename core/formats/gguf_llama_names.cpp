// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_llama.h"

#include "core/formats/gguf_llama_tensors.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab
{

namespace
{

struct NamePair {
    std::string_view ggml, huggingFace;
};

constexpr NamePair kOuterNames[] = {{"token_embd.weight", "model.embed_tokens.weight"},
                                    {"output_norm.weight", "model.norm.weight"},
                                    {"output.weight", "lm_head.weight"}};
constexpr NamePair kBlockNames[] = {
    {"attn_norm", "input_layernorm"}, {"ffn_norm", "post_attention_layernorm"},
    {"attn_q", "self_attn.q_proj"},   {"attn_k", "self_attn.k_proj"},
    {"attn_v", "self_attn.v_proj"},   {"attn_output", "self_attn.o_proj"},
    {"ffn_gate", "mlp.gate_proj"},    {"ffn_up", "mlp.up_proj"},
    {"ffn_down", "mlp.down_proj"},
};

/// The digits of `text` as a layer number, as llama.cpp writes it: no sign, no leading zero.
std::optional<std::int64_t> layerNumber(std::string_view text)
{
    constexpr std::size_t kMostDigits = 9;
    if (text.empty() || text.size() > kMostDigits || (text[0] == '0' && text.size() > 1)) return {};
    std::int64_t number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return {};
        number = 10 * number + (c - '0');
    }
    return number;
}

} // namespace

std::optional<GgufBlockName> parseGgufBlockName(std::string_view name)
{
    constexpr std::string_view kPrefix = "blk.";
    if (!name.starts_with(kPrefix)) return {};
    name.remove_prefix(kPrefix.size());
    const auto numberEnd = name.find('.'), kindStart = name.rfind('.');
    if (numberEnd == std::string_view::npos || kindStart == numberEnd) return {};
    const auto layer = layerNumber(name.substr(0, numberEnd));
    if (!layer) return {};
    return GgufBlockName{*layer, name.substr(numberEnd + 1, kindStart - numberEnd - 1),
                         name.substr(kindStart + 1)};
}

std::optional<std::string> huggingFaceName(std::string_view ggufName)
{
    for (const auto& [ggml, huggingFace] : kOuterNames)
        if (ggufName == ggml) return std::string(huggingFace);
    const auto block = parseGgufBlockName(ggufName);
    if (!block || (block->kind != "weight" && block->kind != "bias")) return {};
    for (const auto& [ggml, huggingFace] : kBlockNames)
        if (block->part == ggml)
            return fmt::format("model.layers.{}.{}.{}", block->layer, huggingFace, block->kind);
    return {};
}

std::optional<std::string> ggufName(std::string_view huggingFaceName)
{
    for (const auto& [ggml, huggingFace] : kOuterNames)
        if (huggingFaceName == huggingFace) return std::string(ggml);
    constexpr std::string_view kPrefix = "model.layers.";
    if (!huggingFaceName.starts_with(kPrefix)) return {};
    const std::string_view name = huggingFaceName.substr(kPrefix.size());
    const auto numberEnd = name.find('.'), kindStart = name.rfind('.');
    if (numberEnd == std::string_view::npos || kindStart == numberEnd) return {};
    const std::string_view number = name.substr(0, numberEnd), kind = name.substr(kindStart + 1);
    if (!layerNumber(number) || (kind != "weight" && kind != "bias")) return {};
    for (const auto& [ggml, huggingFace] : kBlockNames)
        if (name.substr(numberEnd + 1, kindStart - numberEnd - 1) == huggingFace)
            return fmt::format("blk.{}.{}.{}", number, ggml, kind);
    return {};
}

bool isRopePermuted(std::string_view name)
{
    // llama.cpp's converter permutes the biases too.
    return name.find(".self_attn.q_proj.") != std::string_view::npos ||
           name.find(".self_attn.k_proj.") != std::string_view::npos;
}

namespace
{

/// ggml rotates neighbouring rows of a head, Hugging Face rows that are half a head apart: Hugging Face's row
/// part * half + i is ggml's row 2i + part.
std::int64_t ggmlRow(std::int64_t row, std::int64_t width)
{
    const std::int64_t half = width / 2, first = row / width * width;
    return first + 2 * (row % width % half) + row % width / half;
}

} // namespace

void unpermuteRopeRows(std::span<const float> source, std::span<float> destination, std::int64_t rows,
                       std::int64_t columns, std::int64_t heads)
{
    for (std::int64_t row = 0; row < rows; ++row)
        std::copy_n(source.data() + ggmlRow(row, rows / heads) * columns, columns,
                    destination.data() + row * columns);
}

void permuteRopeRows(std::span<const float> source, std::span<float> destination, std::int64_t rows,
                     std::int64_t columns, std::int64_t heads)
{
    for (std::int64_t row = 0; row < rows; ++row)
        std::copy_n(source.data() + row * columns, columns,
                    destination.data() + ggmlRow(row, rows / heads) * columns);
}

} // namespace boolab
