// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"
#include "core/jobs/job.h"
#include "core/tasks/continuation_tokens.h"
#include "core/tasks/task_scores.h"

#include <memory>

namespace boolab
{

/// A loaded model that says how likely continuations are.
class ContinuationScorer
{
public:
    virtual ~ContinuationScorer() = default;
    /// Several at once, best of like lengths.
    virtual std::vector<ContinuationScore> score(std::span<const ContinuationTokens* const> requests) = 0;
};

/// By the job's runtime: LibTorch reads the requests as one batch, the decoder one after another, and what a
/// request shares with the one before it only once.
Result<std::unique_ptr<ContinuationScorer>> openContinuationScorer(const ModelFiles& files, const Job& job);

} // namespace boolab
