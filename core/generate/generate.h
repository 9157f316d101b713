// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/generate/next_logits.h"
#include "core/jobs/job_observer.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// Continues a prompt (or answers it, with chat): greedy or sampled, seeded, with a KV cache.
Result<nlohmann::json> generate(const Job& job, JobObserver& observer, const LogitsOpener& open);

} // namespace boolab
