// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace boolab
{

struct TokenShare {
    std::int32_t token = 0;
    double probability = 0;
};

/// How sure a model was of one token, and of which others.
struct TokenOdds {
    double probability = 0;            ///< softmax of the logits as they are: at temperature 1, nothing cut
    std::int64_t rank = 1;             ///< 1: the likeliest; of equal ones the first counts
    std::vector<TokenShare> likeliest; ///< best first
};

/// Of `token` among the logits (V) of one position, with the `count` likeliest of all. Exponentials are
/// float32, their sum is float64: good to about 1e-6. A logit that is NaN has the probability 0 and is among
/// the likeliest of none.
TokenOdds oddsOf(std::span<const float> logits, std::int32_t token, std::size_t count);

} // namespace boolab
