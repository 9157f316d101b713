// SPDX-License-Identifier: Apache-2.0
#include "core/formats/content_hash.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boolab
{

namespace
{

constexpr std::uint64_t kPrime1 = 0x9e3779b185ebca87, kPrime2 = 0xc2b2ae3d27d4eb4f,
                        kPrime3 = 0x165667b19e3779f9, kPrime4 = 0x85ebca77c2b2ae63,
                        kPrime5 = 0x27d4eb2f165667c5;
constexpr std::size_t kStripe = 32;

/// Keys of a config.json that tell where a model was, not what it is.
constexpr const char* kNotContent[] = {"_name_or_path", "transformers_version"};

std::uint64_t word(const std::byte* bytes)
{
    std::uint64_t value;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

std::uint64_t round(std::uint64_t lane, std::uint64_t input)
{
    return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

std::uint64_t merged(std::uint64_t hash, std::uint64_t lane)
{
    return (hash ^ round(0, lane)) * kPrime1 + kPrime4;
}

void addStripe(std::uint64_t (&lanes)[4], const std::byte* bytes)
{
    for (int i = 0; i < 4; ++i)
        lanes[i] = round(lanes[i], word(bytes + 8 * i));
}

} // namespace

Hash64::Hash64(std::uint64_t seed)
    : m_lanes{seed + kPrime1 + kPrime2, seed + kPrime2, seed, seed - kPrime1}, m_seed(seed)
{
}

void Hash64::add(std::span<const std::byte> bytes)
{
    m_total += bytes.size();
    if (m_restSize > 0) {
        const std::size_t taken = std::min(kStripe - m_restSize, bytes.size());
        std::memcpy(m_rest + m_restSize, bytes.data(), taken);
        m_restSize += taken;
        bytes = bytes.subspan(taken);
        if (m_restSize < kStripe) return;
        addStripe(m_lanes, m_rest);
        m_restSize = 0;
    }
    for (; bytes.size() >= kStripe; bytes = bytes.subspan(kStripe))
        addStripe(m_lanes, bytes.data());
    if (!bytes.empty()) std::memcpy(m_rest, bytes.data(), bytes.size());
    m_restSize = bytes.size();
}

std::uint64_t Hash64::value() const
{
    std::uint64_t hash = m_seed + kPrime5;
    if (m_total >= kStripe) {
        hash = std::rotl(m_lanes[0], 1) + std::rotl(m_lanes[1], 7) + std::rotl(m_lanes[2], 12) +
               std::rotl(m_lanes[3], 18);
        for (const std::uint64_t lane : m_lanes)
            hash = merged(hash, lane);
    }
    hash += m_total;
    std::size_t at = 0;
    for (; at + 8 <= m_restSize; at += 8)
        hash = std::rotl(hash ^ round(0, word(m_rest + at)), 27) * kPrime1 + kPrime4;
    if (at + 4 <= m_restSize) {
        std::uint32_t half;
        std::memcpy(&half, m_rest + at, sizeof half);
        hash = std::rotl(hash ^ half * kPrime1, 23) * kPrime2 + kPrime3;
        at += 4;
    }
    for (; at < m_restSize; ++at)
        hash = std::rotl(hash ^ std::to_integer<std::uint64_t>(m_rest[at]) * kPrime5, 11) * kPrime1;
    hash = (hash ^ hash >> 33) * kPrime2;
    hash = (hash ^ hash >> 29) * kPrime3;
    return hash ^ hash >> 32;
}

std::string contentHash(const ModelFiles& model)
{
    std::vector<const TensorInfo*> tensors;
    for (const TensorInfo& tensor : model.tensors())
        tensors.push_back(&tensor);
    std::ranges::sort(tensors, {}, &TensorInfo::name);
    nlohmann::json config = model.config().source;
    for (const char* key : kNotContent)
        config.erase(key);
    Hash64 hash;
    hash.add(fmt::format("{} {}\n", static_cast<int>(model.kind()), config.dump()));
    for (const TensorInfo* tensor : tensors) {
        hash.add(
            fmt::format("{} {} {}\n", tensor->name, nameOf(tensor->dtype), fmt::join(tensor->shape, ",")));
        hash.add(model.bytes(*tensor));
        model.release(*tensor);
    }
    return fmt::format("{:016x}", hash.value());
}

} // namespace boolab
