// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_config.h"

#include <torch/types.h>
#include <vector>

namespace boolab
{

/// Keys and values of the positions seen so far, preallocated for `capacity` positions. One per generation.
class KvCache
{
public:
    KvCache(const ModelConfig& config, std::int64_t batch, std::int64_t capacity, at::TensorOptions options);

    std::int64_t length() const { return m_length; }
    std::int64_t capacity() const { return m_capacity; }
    /// Stores keys and values (B, Hkv, T, D) of `layer` behind the positions seen and returns all of them so
    /// far.
    std::pair<at::Tensor, at::Tensor> append(std::int64_t layer, const at::Tensor& keys,
                                             const at::Tensor& values);
    /// Call once after all layers have appended T positions.
    void advance(std::int64_t T) { m_length += T; }

private:
    std::int64_t m_capacity = 0;
    std::int64_t m_length = 0;
    std::vector<at::Tensor> m_keys, m_values; ///< per layer (B, Hkv, capacity, D)
};

} // namespace boolab
