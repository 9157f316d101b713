// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <string>
#include <torch/types.h>
#include <vector>

namespace boolab
{

/// Tokens cut into sequences of one length, drawn without replacement in an order that the seed fixes:
/// sequence number n of a training is always the same, so the position of a run is one number.
class TrainingData
{
public:
    /// The tail is dropped. BadInput where the tokens do not fill one sequence; `origin` names their file.
    static Result<TrainingData> make(std::vector<std::int32_t> ids, std::int64_t sequenceLength,
                                     std::uint64_t seed, const std::string& origin);

    std::int64_t sequenceCount() const { return m_sequences; }
    /// Of all tokens (FNV-1a): another text gives another one.
    std::uint64_t fingerprint() const;
    /// Sequences first … first+count-1 of the endless order, (count, L) int64.
    at::Tensor batch(std::int64_t first, std::int64_t count) const;
    /// Which sequences of the text those are.
    std::vector<std::int64_t> sequencesAt(std::int64_t first, std::int64_t count) const;
    /// Sequence `index` of the text, (L) int64.
    at::Tensor sequence(std::int64_t index) const;

private:
    TrainingData() = default;
    std::int64_t sequenceAt(std::int64_t position) const;

    std::vector<std::int32_t> m_ids;
    std::int64_t m_length = 0, m_sequences = 0;
    std::uint64_t m_seed = 0;
    mutable std::int64_t m_epoch = -1;
    mutable std::vector<std::int64_t> m_order; ///< of m_epoch
};

} // namespace boolab
