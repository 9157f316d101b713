// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cluster/rank_group.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// A finetune as a rank other than 0: learns from its part of every batch as rank 0 orders, until that sends
/// it home. Reads student and teacher; text and state come from rank 0. Writes nothing.
Result<nlohmann::json> followFinetune(const Job& job, JobObserver& observer, RankGroup& group);

} // namespace boolab
