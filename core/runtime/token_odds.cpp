// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/token_odds.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace boolab
{

namespace
{

/// The largest of those that are numbers.
float largestNumber(std::span<const float> logits)
{
    float most = -std::numeric_limits<float>::infinity();
    for (const float logit : logits)
        if (logit > most) most = logit;
    return most;
}

/// Indices of the largest logits, best first: a short list, since most logits are below its last.
std::vector<std::int32_t> largest(std::span<const float> logits, std::size_t count)
{
    std::vector<std::int32_t> best;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        if (std::isnan(logits[i])) continue; // has no place in an order
        if (best.size() == count &&
            (count == 0 || !(logits[i] > logits[static_cast<std::size_t>(best.back())])))
            continue;
        const auto place = std::ranges::find_if(
            best, [&](std::int32_t other) { return logits[i] > logits[static_cast<std::size_t>(other)]; });
        best.insert(place, static_cast<std::int32_t>(i));
        if (best.size() > count) best.pop_back();
    }
    return best;
}

} // namespace

TokenOdds oddsOf(std::span<const float> logits, std::int32_t token, std::size_t count)
{
    const float most = largestNumber(logits);
    // An infinite one less itself is 0, too.
    const auto below = [most](float logit) { return logit == most ? 0.0F : logit - most; };
    const auto chosen = static_cast<std::size_t>(token);
    double total = 0.0;
    TokenOdds odds;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        if (!std::isnan(logits[i])) total += static_cast<double>(std::exp(below(logits[i])));
        if (logits[i] > logits[chosen] || (logits[i] == logits[chosen] && i < chosen)) ++odds.rank;
    }
    const auto share = [&](std::size_t i) {
        if (std::isnan(logits[i])) return 0.0;
        const double less = static_cast<double>(logits[i]) - static_cast<double>(most);
        return logits[i] == most ? 1.0 / total : std::exp(less) / total;
    };
    odds.probability = share(chosen);
    for (const std::int32_t i : largest(logits, count))
        odds.likeliest.push_back({i, share(static_cast<std::size_t>(i))});
    return odds;
}

} // namespace boolab
