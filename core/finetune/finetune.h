// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// Finetunes a Boolean model against its full-precision teacher (method.md section 4) and writes it as a new
/// Boolean model folder. Checkpoints go to `<output>.checkpoint`. A stop writes one and returns
/// ErrorCode::Stopped.
Result<nlohmann::json> finetune(const Job& job, JobObserver& observer);

} // namespace boolab
