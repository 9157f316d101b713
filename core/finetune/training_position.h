// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/dtype.h"

#include <cstdint>
#include <nlohmann/json.hpp>

namespace boolab
{

/// Where a training stands, beside its tensors: all that decides how it goes on.
struct TrainingPosition {
    std::int64_t step = 0, totalFlips = 0;
    std::int64_t lastFlips = 0;        ///< of the last step
    std::uint64_t textFingerprint = 0; ///< of the tokens trained on; 0: not known
    /// What the finished model's scales are written as (checkpoints keep float32).
    DType scaleDType = DType::F16;
    nlohmann::json settings = nlohmann::json::object(); ///< live options that were changed on the way
    double capFactor = 1, rateFactor = 1;               ///< lowered by the divergence guard
    std::int64_t rollbacks = 0;
    double trialFactor = 1; ///< of the flip cap, moved by the trials
    std::int64_t trials = 0, trialsKept = 0;
    double usualLoss = 0; ///< running mean that the divergence guard compares with
    std::int64_t lossesSeen = 0;
    double bestHeldOut = 0; ///< KL; 0: not measured yet
    std::int64_t bestStep = 0, evaluationsSinceBest = 0;

    nlohmann::json toJson() const;
    static TrainingPosition fromJson(const nlohmann::json& json);
};

} // namespace boolab
