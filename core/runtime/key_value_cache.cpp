// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/key_value_cache.h"

#include <algorithm>

namespace boolab
{

KeyValueCache::KeyValueCache(const ModelConfig& config)
    : m_kvHeads(config.numKvHeads), m_headDim(config.headDim),
      m_layers(static_cast<std::size_t>(config.numLayers))
{
}

void KeyValueCache::append(std::int64_t layer, std::int64_t count, const float* keys, const float* values)
{
    Layer& one = m_layers[static_cast<std::size_t>(layer)];
    const std::int64_t width = m_kvHeads * m_headDim, positions = m_length + count;
    // std::vector grows by half or more.
    one.keys.resize(static_cast<std::size_t>(kernels::key_cache_size(positions, m_kvHeads, m_headDim)));
    one.values.resize(static_cast<std::size_t>(positions * width));
    for (std::int64_t i = 0; i < count; ++i)
        kernels::store_keys(keys + i * width, m_length + i, m_kvHeads, m_headDim, one.keys.data());
    std::copy_n(values, count * width, one.values.data() + m_length * width);
}

void KeyValueCache::truncate(std::int64_t length)
{
    m_length = std::min(m_length, length);
}

kernels::AttentionCache KeyValueCache::of(std::int64_t layer) const
{
    const Layer& one = m_layers[static_cast<std::size_t>(layer)];
    return {one.keys.data(), one.values.data(), m_kvHeads, m_headDim};
}

} // namespace boolab
