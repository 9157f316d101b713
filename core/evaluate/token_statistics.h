// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <torch/types.h>
#include <vector>

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

/// How a model and its reference see one position.
struct TokenGap {
    std::int64_t position = 0; ///< in the window; the token there is predicted by those before it
    double klDivergence = 0;   ///< KL(reference || model), nats
    std::int32_t top = 0, referenceTop = 0; ///< the first choices
    double topProbability = 0, referenceTopProbability = 0;
    double probabilityOfReferenceTop = 0; ///< that the model gives to the reference's first choice
};

/// Logits (count, V) behind the positions first … first + count - 1 of a window.
using LogitsOf = std::function<at::Tensor(std::int64_t first, std::int64_t count)>;

/// Of a window's ids (T), each position predicting the next; logits are asked for some positions at a time,
/// in order. `reference` may be null. `gaps`, where given and there is a reference, takes the `mostGaps`
/// largest of every chunk of positions.
TokenStatistics tokenStatistics(const at::Tensor& ids, const LogitsOf& logits, const LogitsOf& reference,
                                std::vector<TokenGap>* gaps = nullptr, std::int64_t mostGaps = 0);

} // namespace boolab
