// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job.h"

#include <functional>
#include <nlohmann/json.hpp>

namespace boolab
{

/// Runs the body of a job: no exception leaves it, and its result is told seconds and peak_memory_bytes.
Result<nlohmann::json> guardedRun(const Job& job, const std::function<Result<nlohmann::json>()>& body);

/// That memory ran out: what the job needs, as far as its model can be read, and what is there.
Error outOfMemory(const Job& job, const std::string& what);

} // namespace boolab
