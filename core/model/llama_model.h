// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_config.h"
#include "core/model/kv_cache.h"
#include "core/model/linear.h"
#include "core/model/rope.h"

#include <memory>
#include <string>
#include <torch/types.h>
#include <vector>

namespace boolab
{

/// A linear layer of the blocks with its Hugging Face name ("model.layers.0.self_attn.q_proj").
struct NamedLinear {
    std::string name;
    std::shared_ptr<Linear> linear;
};

struct LlamaBlock {
    at::Tensor attentionNorm, mlpNorm; ///< (C)
    std::shared_ptr<Linear> query, key, value, output, gate, up, down;
};

/// The weights a LlamaModel is built from; head may alias the embedding.
struct LlamaWeights {
    at::Tensor embedding; ///< (V, C)
    at::Tensor finalNorm; ///< (C)
    at::Tensor head;      ///< (V, C)
    std::vector<LlamaBlock> blocks;
};

struct LlamaOutput {
    at::Tensor hidden;                ///< (B, T, C) after the final norm: what the head multiplies
    std::vector<at::Tensor> selected; ///< outputs of the blocks asked for, (B, T, C) each
};

/// A LLaMA decoder (transformers' LlamaForCausalLM), dense or Boolean by its Linear layers. Used from one
/// thread at a time.
class LlamaModel
{
public:
    LlamaModel(ModelConfig config, LlamaWeights weights);

    const ModelConfig& config() const { return m_config; }
    const LlamaWeights& weights() const { return m_weights; }
    at::TensorOptions options() const { return m_weights.embedding.options(); }

    /// ids (B, T) int64. With a cache the ids continue behind cache->length() and the cache advances.
    /// `selectEvery` n > 0 returns the output of every n-th block (5: blocks 5, 10, …), which the
    /// hidden-state loss compares.
    LlamaOutput forward(const at::Tensor& ids, KvCache* cache = nullptr, std::int64_t selectEvery = 0);
    /// (…, C) -> (…, V), in the model's dtype.
    at::Tensor logits(const at::Tensor& hidden) const;

private:
    at::Tensor attention(const LlamaBlock& block, std::int64_t layer, const at::Tensor& x, KvCache* cache);

    ModelConfig m_config;
    LlamaWeights m_weights;
    Rope m_rope;
};

/// x * weight / rms(x), the mean square taken in float32 (RMSNorm, arXiv 1910.07467, as transformers rounds
/// it).
at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps);

} // namespace boolab
