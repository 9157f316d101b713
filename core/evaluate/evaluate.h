// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// Perplexity by the GPTQ/MBOK protocol (method.md section 5): the whole text tokenised once without special
/// tokens, cut into non-overlapping windows of seq_len, the tail dropped, exp of the mean NLL over the
/// seq_len - 1 predicted positions of every window; of a Boolean model with its first_kernels alone where
/// that is asked for. With a reference model also the mean KL(reference ||
/// model) per token and the share of equal top tokens. A model that computes NaN is warned of, and its
/// figures are NaN (null in JSON text).
Result<nlohmann::json> evaluate(const Job& job, JobObserver& observer);

} // namespace boolab
