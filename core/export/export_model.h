// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// Writes a model as mbok, safetensors or GGUF with its card and job file, reads it back, compares, and puts
/// it in place. {"output", "model" (what to open), "format", "type", "file_bytes", "parameters",
/// "bits_per_weight_all", "verified": {"tensors", "values", "relative_error", "tokenizer"}, "card",
/// "job_file", "load"}.
Result<nlohmann::json> exportModel(const Job& job, JobObserver& observer);

} // namespace boolab
