// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_config.h"
#include "kernels/attention.h"
#include "kernels/huge_buffer.h"

#include <vector>

namespace boolab
{

/// One sequence's keys and values; grows page by page, and what is there stays where it is.
class KeyValueCache
{
public:
    KeyValueCache(const ModelConfig& config, kernels::CacheType type);

    std::int64_t length() const { return m_length; }
    /// Keys and values (count, kvHeads, D) of `layer`, behind the positions seen.
    void append(std::int64_t layer, std::int64_t count, const float* keys, const float* values);
    /// After all layers have appended: those positions count as seen.
    void advance(std::int64_t count) { m_length += count; }
    /// Forgets all positions from `length` on.
    void truncate(std::int64_t length);
    kernels::AttentionCache of(std::int64_t layer) const;

private:
    kernels::CacheType m_type;
    std::int64_t m_layers = 0, m_kvHeads = 0, m_headDim = 0, m_length = 0;
    std::vector<kernels::HugeBuffer> m_memory; ///< of all layers, kPagePositions each
    std::vector<std::uint8_t*> m_pages;
};

} // namespace boolab
