// SPDX-License-Identifier: Apache-2.0
#include "core/model/kv_cache.h"

namespace boolab
{

KvCache::KvCache(const ModelConfig& config, std::int64_t batch, std::int64_t capacity,
                 at::TensorOptions options)
    : m_capacity(capacity)
{
    for (std::int64_t layer = 0; layer < config.numLayers; ++layer) {
        m_keys.push_back(at::empty({batch, config.numKvHeads, capacity, config.headDim}, options));
        m_values.push_back(at::empty({batch, config.numKvHeads, capacity, config.headDim}, options));
    }
}

std::pair<at::Tensor, at::Tensor> KvCache::append(std::int64_t layer, const at::Tensor& keys,
                                                  const at::Tensor& values)
{
    const std::int64_t T = keys.size(2);
    at::Tensor& allKeys = m_keys[static_cast<std::size_t>(layer)];
    at::Tensor& allValues = m_values[static_cast<std::size_t>(layer)];
    allKeys.narrow(2, m_length, T).copy_(keys);
    allValues.narrow(2, m_length, T).copy_(values);
    return {allKeys.narrow(2, 0, m_length + T), allValues.narrow(2, 0, m_length + T)};
}

} // namespace boolab
