// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"

#include <torch/types.h>

namespace boolab
{

/// The sequences that a job calibrates on, (S, L) int64: `calibration_tokens` tokens of the text, taken as
/// sequences of `calibration_seq_len` spread evenly over it, or of what the model writes itself ("self").
/// Errors: no text named, a text shorter than one sequence, a tokenizer with more tokens than the model.
Result<at::Tensor> calibrationSequences(const ModelFiles& files, const Job& job, JobObserver& observer);

} // namespace boolab
