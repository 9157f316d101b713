// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/cluster/rank_config.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// Finetunes a Boolean model against its full-precision teacher (method.md section 4) and writes it as a new
/// Boolean model folder. Checkpoints go to `<output>.checkpoint`. A stop writes one and returns
/// ErrorCode::Stopped. `ranks`: this process's place among several that train together, null where it is
/// alone; a rank other than 0 writes nothing. The loss of a rank ends the training with a checkpoint of the
/// last whole step and an error that names the rank.
Result<nlohmann::json> finetune(const Job& job, JobObserver& observer, const RankConfig* ranks = nullptr);

} // namespace boolab
