// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <torch/types.h>

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

/// Logits (count, V) behind the positions first … first + count - 1 of a window.
using LogitsOf = std::function<at::Tensor(std::int64_t first, std::int64_t count)>;

/// Of a window's ids (T), each position predicting the next; logits are asked for some positions at a time,
/// in order. `reference` may be null.
TokenStatistics tokenStatistics(const at::Tensor& ids, const LogitsOf& logits, const LogitsOf& reference);

} // namespace boolab
