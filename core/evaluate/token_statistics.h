// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/llama_model.h"

namespace boolab
{

/// Sums over the predicted positions of one window.
struct TokenStatistics {
    double nll = 0;           ///< -log p(next token), nats
    double klDivergence = 0;  ///< KL(reference || model), nats; only with a reference
    std::int64_t sameTop = 0; ///< positions where both would pick the same token; only with a reference
    std::int64_t positions = 0;

    void add(const TokenStatistics& other)
    {
        nll += other.nll;
        klDivergence += other.klDivergence;
        sameTop += other.sameTop;
        positions += other.positions;
    }
};

/// Positions whose logits over the vocabulary exist at a time.
constexpr std::int64_t kStatisticsChunk = 256;

/// Adds `next.size(0)` positions to `sums`: logits (T, V) predict the tokens `next` (T); the reference's
/// logits may be undefined.
void addPositions(TokenStatistics& sums, const at::Tensor& logits, const at::Tensor& next,
                  const at::Tensor& referenceLogits);

/// hidden (T, C) of `model` predicts ids (T) shifted by one.
TokenStatistics tokenStatistics(const LlamaModel& model, const at::Tensor& hidden, const at::Tensor& ids,
                                const LlamaModel& reference, const at::Tensor& referenceHidden);

} // namespace boolab
