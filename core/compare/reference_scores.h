// SPDX-License-Identifier: Apache-2.0
// Published figures of low-bit models, each with where it stands and how it was measured.
#pragma once

#include "core/base/error.h"
#include "core/compare/scores.h"

#include <optional>
#include <string_view>

namespace boolab
{

struct ReferenceScore {
    std::string model = {};                        ///< "LLaMA-2-7B"
    std::string method = {};                       ///< "BinaryMoS", "FP16"
    double bits = 0;                               ///< as claimed
    std::string bitsNote = {};                     ///< what the claim leaves out
    std::optional<double> wikitext2 = {}, c4 = {}; ///< perplexity
    std::optional<double> accuracy = {};           ///< mean over `tasks`, in percent
    std::string tasks = {};                        ///< "BoolQ, PIQA, …"
    int context = 0;                               ///< tokens per window of the perplexity; 0: not told
    std::string harness = {};                      ///< of the accuracy
    std::string source = {};                       ///< where it stands
    std::string note = {};
};

/// All of resources/references/published_scores.json, by model.
const std::vector<ReferenceScore>& referenceScores();
/// From a text like that file; an error names the entry and the key.
Result<std::vector<ReferenceScore>> parseReferenceScores(std::string_view text);

enum class ReferenceKind { Wikitext2, C4, Accuracy };
/// Which of its figures stands beside a score; none: nothing published fits (word perplexity, say).
std::optional<ReferenceKind> referenceKindFor(const std::string& metric);
/// The figure on the scale of our scores (accuracy as a share); nullopt: it has none.
std::optional<double> valueOf(const ReferenceScore& reference, ReferenceKind kind);
/// "WikiText-2, windows of 2048" or "BoolQ, PIQA, …, lm-eval 0.3.0".
std::string protocolOf(const ReferenceScore& reference, ReferenceKind kind);
/// Whether `protocol` (of a Score) reads windows of the same length. Nobody can know whether the text is the
/// same.
bool isLikeProtocol(const ReferenceScore& reference, ReferenceKind kind, const std::string& protocol);

/// Whether a figure can stand in a picture of values from `low` to `high` without squeezing them.
bool isNear(double value, double low, double high);

} // namespace boolab
