// SPDX-License-Identifier: Apache-2.0
#include "core/model/llama_model.h"

#include "core/model/block_ops.h"
#include "core/model/checkpointed.h"

namespace boolab
{

LlamaModel::LlamaModel(ModelConfig config, LlamaWeights weights)
    : m_config(std::move(config)), m_weights(std::move(weights)), m_math(m_config)
{
}

LlamaOutput LlamaModel::forward(const at::Tensor& ids, KvCache* cache, std::int64_t selectEvery)
{
    LlamaOutput out;
    at::Tensor x = at::embedding(m_weights.embedding, ids.to(m_weights.embedding.device()));
    for (std::size_t layer = 0; layer < m_weights.blocks.size(); ++layer) {
        const auto block = [this, cache, layer](const at::Tensor& input) {
            return m_math.forward(m_weights.blocks[layer], input, cache, static_cast<std::int64_t>(layer));
        };
        // The alias adds a block's two gradients by its input before that of a loss on the input comes in, as
        // a checkpointed block does: sums of three floats depend on their order.
        x = m_checkpointing && !cache ? checkpointed(block, x) : block(at::alias(x));
        const auto ordinal = static_cast<std::int64_t>(layer) + 1;
        if (selectEvery > 0 && ordinal % selectEvery == 0 && ordinal < m_config.numLayers)
            out.selected.push_back(x);
    }
    if (cache) cache->advance(ids.size(1));
    out.hidden = rmsNorm(x, m_weights.finalNorm, m_config.rmsNormEps);
    return out;
}

at::Tensor LlamaModel::logits(const at::Tensor& hidden) const
{
    return at::linear(hidden, m_weights.head);
}

} // namespace boolab
