// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/training_data.h"

#include <fmt/format.h>
#include <numeric>
#include <random>

namespace boolab
{

Result<TrainingData> TrainingData::make(std::vector<std::int32_t> ids, std::int64_t sequenceLength,
                                        std::uint64_t seed, const std::string& origin)
{
    TrainingData data;
    data.m_length = sequenceLength;
    data.m_sequences = static_cast<std::int64_t>(ids.size()) / sequenceLength;
    data.m_seed = seed;
    if (data.m_sequences == 0)
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: {} tokens, at least one sequence of {} was expected", origin, ids.size(),
                                sequenceLength),
                    "Use more text or a smaller --seq-len.");
    data.m_ids = std::move(ids);
    return data;
}

std::uint64_t TrainingData::fingerprint() const
{
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const std::int32_t id : m_ids)
        hash = (hash ^ static_cast<std::uint32_t>(id)) * 0x100000001B3ULL;
    return hash;
}

std::int64_t TrainingData::sequenceAt(std::int64_t position) const
{
    const std::int64_t epoch = position / m_sequences;
    if (epoch != m_epoch) {
        m_order.resize(static_cast<std::size_t>(m_sequences));
        std::iota(m_order.begin(), m_order.end(), 0);
        std::mt19937_64 random(m_seed * 1000003 + static_cast<std::uint64_t>(epoch));
        // Fisher-Yates by hand: std::shuffle's draws differ between standard libraries.
        for (std::size_t i = m_order.size(); i > 1; --i)
            std::swap(m_order[i - 1], m_order[random() % i]);
        m_epoch = epoch;
    }
    return m_order[static_cast<std::size_t>(position % m_sequences)];
}

at::Tensor TrainingData::sequence(std::int64_t index) const
{
    const auto start = m_ids.begin() + index * m_length;
    return torch::tensor(std::vector<std::int64_t>(start, start + m_length), torch::kInt64);
}

std::vector<std::int64_t> TrainingData::sequencesAt(std::int64_t first, std::int64_t count) const
{
    std::vector<std::int64_t> sequences;
    for (std::int64_t i = 0; i < count; ++i)
        sequences.push_back(sequenceAt(first + i));
    return sequences;
}

at::Tensor TrainingData::batch(std::int64_t first, std::int64_t count) const
{
    std::vector<at::Tensor> sequences;
    for (const std::int64_t index : sequencesAt(first, count))
        sequences.push_back(sequence(index));
    return at::stack(sequences);
}

} // namespace boolab
