// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/worst_tokens.h"

#include "core/tokenizer/utf8.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace boolab
{

namespace
{

constexpr std::int64_t kContextTokens = 16;

} // namespace

void WorstTokens::add(std::int64_t window, const at::Tensor& ids, std::vector<TokenGap> gaps)
{
    // A NaN, of a model that has gone astray, is the worst there is.
    const auto size = [](const Entry& entry) {
        return std::isnan(entry.gap.klDivergence) ? INFINITY : entry.gap.klDivergence;
    };
    for (const TokenGap& gap : gaps)
        m_entries.push_back({.window = window, .gap = gap, .before = {}, .token = 0});
    std::ranges::stable_sort(m_entries, std::greater(), size);
    if (m_entries.size() > kMost) m_entries.resize(kMost);
    for (Entry& entry : m_entries) {
        if (entry.window != window) continue;
        const std::int64_t first = std::max<std::int64_t>(0, entry.gap.position - kContextTokens);
        entry.before.clear();
        for (std::int64_t i = first; i < entry.gap.position; ++i)
            entry.before.push_back(ids[i].item<std::int32_t>());
        entry.token = ids[entry.gap.position].item<std::int32_t>();
    }
}

nlohmann::json WorstTokens::toJson(const Tokenizer& tokenizer) const
{
    const auto textOf = [&](std::span<const std::int32_t> ids) {
        return replaceInvalidUtf8(tokenizer.decode(ids));
    };
    nlohmann::json all = nlohmann::json::array();
    for (const Entry& entry : m_entries) {
        const TokenGap& gap = entry.gap;
        all.push_back({{"window", entry.window},
                       {"position", gap.position},
                       {"before", textOf(entry.before)},
                       {"token", textOf({&entry.token, 1})},
                       {"token_id", entry.token},
                       {"kl_divergence", gap.klDivergence},
                       {"reference_top_id", gap.referenceTop},
                       {"reference_top", textOf({&gap.referenceTop, 1})},
                       {"reference_top_probability", gap.referenceTopProbability},
                       {"probability_of_reference_top", gap.probabilityOfReferenceTop},
                       {"top_id", gap.top},
                       {"top", textOf({&gap.top, 1})},
                       {"top_probability", gap.topProbability}});
    }
    return all;
}

} // namespace boolab
