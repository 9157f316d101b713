// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/dtype.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

namespace boolab
{

/// Of one step: loss = KL + the hidden states' part.
struct StepLosses {
    double loss = 0, kl = 0, hidden = 0;
};

/// Where a training stands, beside its tensors: all that decides how it goes on.
struct TrainingPosition {
    std::int64_t step = 0, totalFlips = 0;
    std::int64_t lastFlips = 0;        ///< of the last step
    std::int64_t totalSteps = 0;       ///< of the whole training as it was asked for; 0: not known
    std::uint64_t textFingerprint = 0; ///< of the tokens trained on; 0: not known
    /// What the finished model's scales are written as (checkpoints keep float32).
    DType scaleDType = DType::F16;
    nlohmann::json settings = nlohmann::json::object(); ///< live options that were changed on the way
    /// Lowered by the divergence guard; the last is of the bits' rate (rules bold and latent).
    double capFactor = 1, rateFactor = 1, boolRateFactor = 1;
    std::int64_t rollbacks = 0;
    double trialFactor = 1; ///< of the flip cap, moved by the trials
    std::int64_t trials = 0, trialsKept = 0;
    double usualLoss = 0; ///< running mean that the divergence guard compares with
    std::int64_t lossesSeen = 0;
    double bestHeldOut = 0; ///< KL; 0: not measured yet
    std::int64_t bestStep = 0, evaluationsSinceBest = 0;
    bool stopEarly = false; ///< no further step is to be made
    // For the result, also where a kill fell between the last checkpoint and the writing of the model.
    std::optional<StepLosses> lastLosses;                         ///< of the last step
    std::optional<double> heldOutPerplexity = {}, heldOutKl = {}; ///< as last measured

    nlohmann::json toJson() const;
    static TrainingPosition fromJson(const nlohmann::json& json);
};

} // namespace boolab
