// SPDX-License-Identifier: Apache-2.0
#include "core/engine/token_sequences.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab
{

Status checkVocabulary(const ModelFiles& files, std::span<const std::int32_t> ids)
{
    const std::int32_t largest = *std::ranges::max_element(ids),
                       vocabulary = static_cast<std::int32_t>(files.config().vocabSize);
    if (largest < vocabulary) return {};
    return fail(ErrorCode::BadInput,
                fmt::format("{}: the tokenizer gives token {}, the model has {} tokens",
                            files.path().string(), largest, vocabulary),
                "Model and tokenizer do not belong together.");
}

at::Tensor spreadSequences(std::span<const std::int32_t> ids, std::int64_t length, std::int64_t count)
{
    const std::int64_t available = static_cast<std::int64_t>(ids.size()) / length;
    count = std::clamp<std::int64_t>(count, 1, available);
    at::Tensor sequences = at::empty({count, length}, at::kLong);
    for (std::int64_t s = 0; s < count; ++s) {
        const std::int64_t at = count == 1 ? 0 : s * (available - 1) / (count - 1);
        const auto begin = ids.begin() + at * length;
        std::copy(begin, begin + length, sequences[s].mutable_data_ptr<std::int64_t>());
    }
    return sequences;
}

} // namespace boolab
