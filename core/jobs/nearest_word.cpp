// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/nearest_word.h"

#include <algorithm>
#include <numeric>

namespace boolab
{

namespace
{

std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1] ? 1 : 0);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

} // namespace

std::string nearestWord(std::string_view mistyped, const std::vector<std::string>& words)
{
    std::string best;
    // Beyond a third of its letters it is another word.
    std::size_t allowed = std::max<std::size_t>(2, mistyped.size() / 3) + 1;
    for (const std::string& word : words) {
        const bool extends =
            mistyped.size() >= 3 && (word.starts_with(mistyped) || mistyped.starts_with(word));
        const std::size_t distance = extends ? std::size_t{1} : editDistance(mistyped, word);
        if (distance >= allowed || distance >= std::max(mistyped.size(), word.size())) continue;
        allowed = distance;
        best = word;
    }
    return best;
}

} // namespace boolab
