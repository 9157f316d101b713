// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// Turns every linear layer of the blocks into K Boolean kernels (method.md section 2) and writes a Boolean
/// model folder. Reads one layer at a time; what it keeps is the bits and scales. Errors: input files, an
/// exclude pattern that is no regular expression, disk.
Result<nlohmann::json> convert(const Job& job, JobObserver& observer);

} // namespace boolab
