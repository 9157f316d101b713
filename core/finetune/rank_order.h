// SPDX-License-Identifier: Apache-2.0
// What rank 0 of a training by several processes tells the others, and what all of them then do together.
#pragma once

#include "core/cluster/rank_group.h"
#include "core/finetune/trainer.h"
#include "core/finetune/training_position.h"
#include "core/jobs/job.h"

namespace boolab
{

struct RankOrder {
    enum class Kind {
        Data,    ///< take the training tokens
        Step,    ///< one training step
        Compare, ///< is the model the same on all ranks?
        End
    };

    Kind kind = Kind::End;
    nlohmann::json job = {}; ///< Data: what must be the same on all ranks
    std::int64_t step = 0;   ///< Step: from 1
    double capFactor = 1, rateFactor = 1, boolRateFactor = 1;
    nlohmann::json settings = {}; ///< live options that were changed
    bool takeBackFlips = false;   ///< those of the last step failed their trial
    bool takeState = false;       ///< model and optimizers are rank 0's first (start, resumption, rollback)
    std::string reason = {};      ///< End: why, where it is no good end

    std::string toText() const;
    /// Throws RankLost where it is none: rank 0 is another program.
    static RankOrder fromText(const std::string& text);
};

/// What of a job all ranks must agree on: everything but paths, names and what a rank may use.
nlohmann::json sharedJob(const Job& job);
/// The tokens of rank 0 to all.
void shareTokens(RankGroup& group, std::vector<std::int32_t>& ids);
/// Bits, scales, trained norms and the optimizers' state of rank 0 to all.
void shareState(RankGroup& group, const LoadedModel& student, Trainer& trainer);
/// Of all bits and scales, and nothing else.
std::int64_t checksumOf(const LoadedModel& student);

} // namespace boolab
