// SPDX-License-Identifier: Apache-2.0
// Models recognised by what they hold. The hash covers the configuration and, for every tensor, name, type,
// shape and all bytes. All of them, not samples: a finetuning may change a few bits in a thousand anywhere,
// and two such models must not look alike. At memory's speed that is cheaper than it sounds, and the outcome
// is kept with size and time of the files. Non-goal: safety against somebody who makes two models alike on
// purpose.
#pragma once

#include "core/formats/model_files.h"

#include <string>

namespace boolab
{

/// XXH64 by Yann Collet (xxHash specification 0.1.1), in pieces.
class Hash64
{
public:
    explicit Hash64(std::uint64_t seed = 0);
    void add(std::span<const std::byte> bytes);
    void add(std::string_view text) { add(std::as_bytes(std::span(text))); }
    std::uint64_t value() const;

private:
    std::uint64_t m_lanes[4];
    std::uint64_t m_seed, m_total = 0;
    std::byte m_rest[32];
    std::size_t m_restSize = 0;
};

/// 16 hexadecimal digits; the same for the same model in one file or in shards, wherever it lies. Formats
/// differ: a GGUF is never the duplicate of a folder.
std::string contentHash(const ModelFiles& model);

} // namespace boolab
