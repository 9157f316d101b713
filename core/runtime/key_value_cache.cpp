// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/key_value_cache.h"

#include <algorithm>

namespace boolab
{

KeyValueCache::KeyValueCache(const ModelConfig& config, kernels::CacheType type)
    : m_type(type), m_layers(config.numLayers), m_kvHeads(config.numKvHeads), m_headDim(config.headDim)
{
}

void KeyValueCache::append(std::int64_t layer, std::int64_t count, const float* keys, const float* values)
{
    while (std::ssize(m_pages) < kernels::page_count(m_length + count)) {
        m_memory.emplace_back(m_layers * kernels::page_bytes(m_type, m_kvHeads, m_headDim));
        m_pages.push_back(m_memory.back().data());
    }
    const std::int64_t width = m_kvHeads * m_headDim;
    for (std::int64_t i = 0; i < count; ++i)
        kernels::store_position(of(layer), m_length + i, keys + i * width, values + i * width);
}

void KeyValueCache::truncate(std::int64_t length)
{
    m_length = std::min(m_length, length);
}

kernels::AttentionCache KeyValueCache::of(std::int64_t layer) const
{
    return {.type = m_type,
            .kvHeads = m_kvHeads,
            .D = m_headDim,
            .pages = m_pages.data(),
            .offset = layer * kernels::page_bytes(m_type, m_kvHeads, m_headDim)};
}

} // namespace boolab
