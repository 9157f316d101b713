// SPDX-License-Identifier: Apache-2.0
#include "core/model/llama_model.h"

namespace boolab
{

LlamaModel::LlamaModel(ModelConfig config, LlamaWeights weights)
    : m_config(std::move(config)), m_weights(std::move(weights)), m_math(m_config)
{
}

LlamaOutput LlamaModel::forward(const at::Tensor& ids, KvCache* cache, std::int64_t selectEvery)
{
    LlamaOutput out;
    at::Tensor x = at::embedding(m_weights.embedding, ids);
    for (std::size_t layer = 0; layer < m_weights.blocks.size(); ++layer) {
        x = m_math.forward(m_weights.blocks[layer], x, cache, static_cast<std::int64_t>(layer));
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
