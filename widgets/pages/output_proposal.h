// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

namespace boolab::ui
{

/// Where a job's output may go, beside its model: "models/SmolLM2-mbok-k3", by its budget
/// "models/SmolLM2-mbok-2.5bit", "models/SmolLM2-mbok-80MB"; "models/SmolLM2-mbok-k3-finetuned",
/// "models/SmolLM2-sweep". Empty where the kind writes no model or the model is not known yet.
std::string proposedOutput(const Job& job);

} // namespace boolab::ui
