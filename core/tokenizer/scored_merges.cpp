// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/scored_merges.h"

#include "core/tokenizer/utf8.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace boolab
{

std::vector<BpeMerge> mergesOfPieces(const std::vector<ScoredPiece>& pieces)
{
    std::unordered_set<std::string_view> known;
    for (const ScoredPiece& piece : pieces)
        if (piece.isNormal) known.insert(piece.text);
    std::vector<const ScoredPiece*> order;
    for (const ScoredPiece& piece : pieces)
        if (piece.isNormal) order.push_back(&piece);
    std::ranges::stable_sort(order, std::ranges::greater(), &ScoredPiece::score);
    std::vector<BpeMerge> merges;
    for (const ScoredPiece* piece : order) {
        const std::string_view text = piece->text;
        std::vector<std::size_t> cuts;
        for (std::size_t at = 0; at < text.size();) {
            nextCodePoint(text, at);
            if (at < text.size()) cuts.push_back(at);
        }
        for (auto cut = cuts.rbegin(); cut != cuts.rend(); ++cut)
            if (known.contains(text.substr(0, *cut)) && known.contains(text.substr(*cut)))
                merges.emplace_back(text.substr(0, *cut), text.substr(*cut));
    }
    return merges;
}

std::vector<double> scoresOfMerges(const std::vector<std::string>& tokens,
                                   const std::vector<BpeMerge>& merges)
{
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t place = 0; place < merges.size(); ++place)
        places.try_emplace(merges[place].first + merges[place].second, place);
    std::vector<double> scores;
    for (const std::string& token : tokens) {
        const auto place = places.find(token);
        scores.push_back(-static_cast<double>(place == places.end() ? merges.size() : place->second));
    }
    return scores;
}

} // namespace boolab
