// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_config.h"
#include "core/model/kv_cache.h"
#include "core/model/linear.h"
#include "core/model/rope.h"

#include <array>
#include <memory>
#include <torch/types.h>

namespace boolab
{

/// One decoder block's weights.
struct LlamaBlock {
    at::Tensor attentionNorm, mlpNorm; ///< (C)
    std::shared_ptr<Linear> query, key, value, output, gate, up, down;
};

constexpr std::size_t kLinearsPerBlock = 7;

/// A block's linear layers in execution order, as linearLayersOf() names them.
std::array<std::shared_ptr<Linear>*, kLinearsPerBlock> linearsOf(LlamaBlock& block);

/// What a block computes, in the pieces between its linear layers, so that a conversion can look at every
/// layer's input. All x are (B, T, C).
class LlamaBlockMath
{
public:
    explicit LlamaBlockMath(const ModelConfig& config) : m_config(config), m_rope(config) {}

    /// Input of query, key and value.
    at::Tensor attentionInput(const LlamaBlock& block, const at::Tensor& x) const;
    /// Input of the output projection (B, T, heads * D). With a cache the tokens continue behind its length.
    at::Tensor mixHeads(const LlamaBlock& block, const at::Tensor& normed, KvCache* cache = nullptr,
                        std::int64_t layer = 0);
    /// Input of gate and up.
    at::Tensor mlpInput(const LlamaBlock& block, const at::Tensor& x) const;
    /// Input of down (B, T, F): silu(gate) * up.
    at::Tensor gated(const LlamaBlock& block, const at::Tensor& normed) const;
    /// The whole block.
    at::Tensor forward(const LlamaBlock& block, const at::Tensor& x, KvCache* cache = nullptr,
                       std::int64_t layer = 0);

private:
    ModelConfig m_config;
    Rope m_rope;
};

} // namespace boolab
