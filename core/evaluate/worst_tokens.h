// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/evaluate/token_statistics.h"
#include "core/tokenizer/tokenizer.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// The positions of a text where a model is farthest from its reference.
class WorstTokens
{
public:
    static constexpr std::int64_t kMost = 20;

    /// `gaps` of window number `window` with ids (T).
    void add(std::int64_t window, const at::Tensor& ids, std::vector<TokenGap> gaps);

    /// Largest first: {"window", "position", "before" (the text), "token" (that came), "kl_divergence",
    /// "reference_top", "reference_top_probability", "probability_of_reference_top", "top",
    /// "top_probability"}; of tokens also the ids ("token_id" …), as several may look the same.
    nlohmann::json toJson(const Tokenizer& tokenizer) const;

private:
    struct Entry {
        std::int64_t window = 0;
        TokenGap gap;
        std::vector<std::int32_t> before;
        std::int32_t token = 0;
    };
    std::vector<Entry> m_entries; ///< largest first
};

} // namespace boolab
