// SPDX-License-Identifier: Apache-2.0
#include "core/model/llama_model.h"

namespace boolab
{

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps)
{
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor scale = at::rsqrt(wide.square().mean(-1, /*keepdim=*/true) + eps);
    return weight * (wide * scale).to(x.dtype());
}

LlamaModel::LlamaModel(ModelConfig config, LlamaWeights weights)
    : m_config(std::move(config)), m_weights(std::move(weights)), m_rope(m_config)
{
}

at::Tensor LlamaModel::attention(const LlamaBlock& block, std::int64_t layer, const at::Tensor& x,
                                 KvCache* cache)
{
    const std::int64_t B = x.size(0), T = x.size(1), D = m_config.headDim;
    const std::int64_t first = cache ? cache->length() : 0;
    const auto heads = [&](const at::Tensor& y, std::int64_t count) {
        return y.view({B, T, count, D}).transpose(1, 2);
    };
    const at::Tensor q = m_rope.apply(heads(block.query->forward(x), m_config.numHeads), first);
    at::Tensor k = m_rope.apply(heads(block.key->forward(x), m_config.numKvHeads), first);
    at::Tensor v = heads(block.value->forward(x), m_config.numKvHeads);
    if (cache) std::tie(k, v) = cache->append(layer, k, v);

    const std::int64_t groups = m_config.numHeads / m_config.numKvHeads;
    if (groups > 1) {
        k = k.repeat_interleave(groups, 1);
        v = v.repeat_interleave(groups, 1);
    }
    // The causal flag aligns the mask to the first key, so positions behind a cache need their own mask.
    std::optional<at::Tensor> mask;
    if (first > 0 && T > 1)
        mask = at::ones({T, first + T}, at::TensorOptions().dtype(at::kBool).device(x.device())).tril(first);
    const at::Tensor mixed =
        at::scaled_dot_product_attention(q, k, v, mask, 0.0, /*is_causal=*/first == 0 && T > 1);
    return block.output->forward(mixed.transpose(1, 2).reshape({B, T, m_config.numHeads * D}));
}

LlamaOutput LlamaModel::forward(const at::Tensor& ids, KvCache* cache, std::int64_t selectEvery)
{
    LlamaOutput out;
    at::Tensor x = at::embedding(m_weights.embedding, ids);
    for (std::size_t layer = 0; layer < m_weights.blocks.size(); ++layer) {
        const LlamaBlock& block = m_weights.blocks[layer];
        x = x + attention(block, static_cast<std::int64_t>(layer),
                          rmsNorm(x, block.attentionNorm, m_config.rmsNormEps), cache);
        const at::Tensor normed = rmsNorm(x, block.mlpNorm, m_config.rmsNormEps);
        x = x + block.down->forward(at::silu(block.gate->forward(normed)) * block.up->forward(normed));
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
