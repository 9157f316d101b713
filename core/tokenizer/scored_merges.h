// SPDX-License-Identifier: Apache-2.0
// SentencePiece keeps a score per piece, BPE a list of merges. Both merge the same neighbours first where the
// list falls with the scores.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace boolab
{

struct ScoredPiece {
    std::string text;
    double score = 0;
    bool isNormal = true; ///< others (control tokens, bytes, the unknown) are never merged to
};

using BpeMerge = std::pair<std::string, std::string>;

/// All ways to make a normal piece of two others, by falling score of what is made; of one piece the longest
/// beginning first, as transformers converts such vocabularies.
std::vector<BpeMerge> mergesOfPieces(const std::vector<ScoredPiece>& pieces);

/// Scores that fall with the merges, one for each of `tokens`: minus the place of the first merge that makes
/// it; less than all of these where none does.
std::vector<double> scoresOfMerges(const std::vector<std::string>& tokens,
                                   const std::vector<BpeMerge>& merges);

} // namespace boolab
