// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/allocation/error_table.h"
#include "core/formats/model_files.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"

#include <torch/types.h>

namespace boolab
{

/// What every linear layer loses with 1 … `max_kernels` kernels of the job's method (for "gptq" one round of
/// error feedback). With `sequences` (S, L) also output errors on the full-precision model's inputs, and
/// PWCCA where the job's importance asks for it. Taken from the cache where the same was measured before.
Result<ErrorTable> measureErrors(const ModelFiles& files, const Job& job, const at::Tensor& sequences,
                                 JobObserver& observer);

/// PWCCA (arXiv 1806.05759) of a linear layer's inputs and outputs, from the inputs' second moments alone;
/// both sides cut to the directions that hold 99 % of their variance (SVCCA, arXiv 1706.05806), since without
/// the cut a linear map correlates with its input perfectly. gram (N, N), weight (M, N); in [0, 1].
double projectionWeightedCorrelation(const at::Tensor& gram, const at::Tensor& weight);

} // namespace boolab
