// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/allocation/plan_allocation.h"
#include "core/formats/model_files.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"

#include <torch/types.h>

namespace boolab
{

/// What a conversion will do: every linear layer's kernel count, and the text it is fitted to.
struct ConversionPlan {
    std::vector<LinearLayerInfo> layers;
    std::vector<std::int64_t> counts; ///< 0 stays dense
    at::Tensor sequences;             ///< (S, L); undefined where nothing looks at inputs
};

/// From a job's kernels, bits or target size, its pins and its importance. Measures the layers where a budget
/// asks for it. Errors: a budget out of reach, two budgets, pins that match nothing, no calibration text.
Result<ConversionPlan> planConversion(const ModelFiles& files, const Job& job, JobObserver& observer);

} // namespace boolab
