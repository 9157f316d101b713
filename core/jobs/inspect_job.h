// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"

#include <nlohmann/json.hpp>
#include <string>

namespace boolab
{

/// Usage where options do not go together, or a filter cannot be read.
Status checkInspect(const Job& job);

/// inspectModel() of the job's model. The tensors are those that pass the job's filter, with "values" where
/// they are checked (then also "value_check": checked and not_finite, the names); a text to tokenize adds
/// "tokenizer" (toJson(TokenizerFacts) with text and tokens).
Result<nlohmann::json> inspectModel(const Job& job, JobObserver& observer);

/// For a terminal: the summary, or the tables that the job asks for.
std::string inspectionText(const Job& job, const nlohmann::json& inspection);

} // namespace boolab
