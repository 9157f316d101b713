// SPDX-License-Identifier: Apache-2.0
#include "core/model/llama_block.h"

#include "core/model/block_ops.h"

namespace boolab
{

std::array<std::shared_ptr<Linear>*, kLinearsPerBlock> linearsOf(LlamaBlock& block)
{
    return {&block.query, &block.key, &block.value, &block.output, &block.gate, &block.up, &block.down};
}

at::Tensor LlamaBlockMath::attentionInput(const LlamaBlock& block, const at::Tensor& x) const
{
    return rmsNorm(x, block.attentionNorm, m_config.rmsNormEps);
}

at::Tensor LlamaBlockMath::mixHeads(const LlamaBlock& block, const at::Tensor& normed, KvCache* cache,
                                    std::int64_t layer)
{
    const std::int64_t B = normed.size(0), T = normed.size(1), D = m_config.headDim;
    const std::int64_t first = cache ? cache->length() : 0;
    const auto heads = [&](const std::shared_ptr<Linear>& linear, std::int64_t count) {
        return linear->forward(normed).view({B, T, count, D});
    };
    const at::Tensor q = m_rope.apply(heads(block.query, m_config.numHeads), first).transpose(1, 2);
    at::Tensor k = m_rope.apply(heads(block.key, m_config.numKvHeads), first).transpose(1, 2);
    at::Tensor v = heads(block.value, m_config.numKvHeads).transpose(1, 2);
    if (cache) std::tie(k, v) = cache->append(layer, k, v);

    const std::int64_t groups = m_config.numHeads / m_config.numKvHeads;
    if (groups > 1) {
        k = k.repeat_interleave(groups, 1);
        v = v.repeat_interleave(groups, 1);
    }
    // The causal flag aligns the mask to the first key, so positions behind a cache need their own mask.
    std::optional<at::Tensor> mask;
    if (first > 0 && T > 1)
        mask = at::ones({T, first + T}, at::TensorOptions().dtype(at::kBool).device(normed.device()))
                   .tril(first);
    const at::Tensor mixed =
        at::scaled_dot_product_attention(q, k, v, mask, 0.0, /*is_causal=*/first == 0 && T > 1);
    return mixed.transpose(1, 2).reshape({B, T, m_config.numHeads * D});
}

at::Tensor LlamaBlockMath::mlpInput(const LlamaBlock& block, const at::Tensor& x) const
{
    return rmsNorm(x, block.mlpNorm, m_config.rmsNormEps);
}

at::Tensor LlamaBlockMath::gated(const LlamaBlock& block, const at::Tensor& normed) const
{
    return swiglu(block.gate->forward(normed), block.up->forward(normed));
}

at::Tensor LlamaBlockMath::forward(const LlamaBlock& block, const at::Tensor& x, KvCache* cache,
                                   std::int64_t layer)
{
    const at::Tensor mid = x + block.output->forward(mixHeads(block, attentionInput(block, x), cache, layer));
    return mid + block.down->forward(gated(block, mlpInput(block, mid)));
}

} // namespace boolab
