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
};

/// hidden (T, C) of `model` predicts ids (T) shifted by one. The vocabulary's logits exist for `chunk`
/// positions at a time.
TokenStatistics tokenStatistics(const LlamaModel& model, const at::Tensor& hidden, const at::Tensor& ids,
                                const LlamaModel* reference = nullptr, const at::Tensor& referenceHidden = {},
                                std::int64_t chunk = 256);

} // namespace boolab
