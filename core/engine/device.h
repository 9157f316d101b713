// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"
#include "core/model/model_loader.h"

namespace boolab
{

/// Device and dtype a job computes in; dtype "auto" is bfloat16 where the device multiplies it natively, else
/// float32.
LoadOptions loadOptions(const Job& job, bool frozen);
/// "bfloat16" or "float32".
std::string dtypeName(at::ScalarType dtype);

} // namespace boolab
