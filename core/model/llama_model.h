// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/llama_block.h"

#include <memory>
#include <torch/types.h>
#include <vector>

namespace boolab
{

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
    LlamaWeights& weights() { return m_weights; }
    at::TensorOptions options() const { return m_weights.embedding.options(); }

    /// ids (B, T) int64. With a cache the ids continue behind cache->length() and the cache advances.
    /// `selectEvery` n > 0 returns the output of every n-th block (5: blocks 5, 10, …), which the
    /// hidden-state loss compares.
    LlamaOutput forward(const at::Tensor& ids, KvCache* cache = nullptr, std::int64_t selectEvery = 0);
    /// Blocks keep only their input for the backward pass and are computed again there: about L times less
    /// memory for activations, a third more arithmetic, the same gradients bit for bit.
    void setActivationCheckpointing(bool on) { m_checkpointing = on; }
    /// (…, C) -> (…, V), in the model's dtype.
    at::Tensor logits(const at::Tensor& hidden) const;

private:
    ModelConfig m_config;
    LlamaWeights m_weights;
    LlamaBlockMath m_math;
    bool m_checkpointing = false;
};

} // namespace boolab
