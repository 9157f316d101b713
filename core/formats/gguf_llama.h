// SPDX-License-Identifier: Apache-2.0
// GGUF's LLaMA conventions translated to Hugging Face's.
#pragma once

#include "core/formats/gguf_file.h"
#include "core/formats/model_config.h"

namespace boolab
{

/// The model's config with `source` filled as transformers would write config.json. Errors name the missing
/// or bad key.
Result<ModelConfig> ggufLlamaConfig(const GgufFile& file);
/// "blk.3.attn_q.weight" -> "model.layers.3.self_attn.q_proj.weight"; nothing for tensors that are not
/// weights (rope_freqs).
std::optional<std::string> huggingFaceName(std::string_view ggufName);
/// The other way: "model.layers.3.self_attn.q_proj.weight" -> "blk.3.attn_q.weight"; nothing for tensors that
/// a LLaMA model does not have.
std::optional<std::string> ggufName(std::string_view huggingFaceName);
/// True where ggml stores the rows of `name` (a Hugging Face name) permuted for its rope: q_proj and k_proj
/// of arch llama.
bool isRopePermuted(std::string_view name);
/// Undoes that permutation: row r of `destination` (rows, columns) is taken from ggml's row order with
/// `heads` heads.
void unpermuteRopeRows(std::span<const float> source, std::span<float> destination, std::int64_t rows,
                       std::int64_t columns, std::int64_t heads);
/// And back: Hugging Face's row order into ggml's.
void permuteRopeRows(std::span<const float> source, std::span<float> destination, std::int64_t rows,
                     std::int64_t columns, std::int64_t heads);

} // namespace boolab
