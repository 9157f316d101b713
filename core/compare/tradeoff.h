// SPDX-License-Identifier: Apache-2.0
// How good models are against what they cost: the picture of low-bit models.
#pragma once

#include "core/compare/compared_run.h"
#include "core/compare/scores.h"

namespace boolab
{

enum class SizeAxis { BitsPerWeight, BitsPerWeightAll, FileBytes };
/// "bits_per_weight", "bits_per_weight_all", "file_bytes", as results call them.
const char* nameOf(SizeAxis axis);

/// A score that at least one of the runs has, by one protocol.
struct ScoreChoice {
    std::string metric, protocol, key; ///< as in Score
    int runs = 0;                      ///< how many have it
};
/// Those with the most runs first, perplexity before accuracy; parts of sweeps and evaluations of the runs'
/// models are looked through.
std::vector<ScoreChoice> scoreChoices(std::span<const ComparedRun> runs, const std::vector<RunRecord>& all);

struct TradeoffPoint {
    RunId run = 0; ///< of the comparison: its colour
    /// Where it was measured: `run`, a part of a sweep, or the newest evaluation of the model that `run`
    /// made.
    RunId from = 0;
    std::string name;
    double size = 0, score = 0;
    bool isOnFront = false;
};

/// A full-precision model measured in the same way.
struct FullPrecision {
    RunId run = 0;
    std::string model; ///< its file's or folder's name
    double score = 0;
};

struct TradeoffPicture {
    std::vector<TradeoffPoint> points;
    std::vector<FullPrecision> fullPrecision; ///< of the models that the runs' models came from
    int otherProtocol = 0;                    ///< runs that have the metric by other protocols alone
    int withoutSize = 0;                      ///< runs that have the score but no size
};

/// `all`: the runs there are, for the full-precision models, the parts of sweeps and the evaluations.
TradeoffPicture tradeoffOf(std::span<const ComparedRun> runs, const std::vector<RunRecord>& all,
                           const ScoreChoice& choice, SizeAxis axis);

} // namespace boolab
