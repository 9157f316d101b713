// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/allocation/error_table.h"
#include "core/formats/model_files.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"

#include <filesystem>
#include <torch/types.h>

namespace boolab
{

/// What every layer adds to the loss with 1 … `max_kernels` kernels: the whole model is converted with one,
/// two, … kernels everywhere by the job's method, and the loss that this costs is attributed to the layers
/// (loss_attribution.h). `sequences` (S, L). `path` keeps the table after every K: a stopped measurement goes
/// on there, and a larger K_max adds to it.
Result<ErrorTable> measureLoss(const ModelFiles& files, const Job& job, const at::Tensor& sequences,
                               const std::filesystem::path& path, JobObserver& observer);

} // namespace boolab
