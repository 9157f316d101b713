// SPDX-License-Identifier: Apache-2.0
// Which jobs work where.
#pragma once

#include "core/jobs/job.h"

namespace boolab
{

/// Whether LibTorch's tensors, models and all, lie on the CUDA device that the job names: those of finetune,
/// evaluate and generate. Conversions send it one layer at a time.
bool tensorsOnDevice(const Job& job);
/// Usage where the job would compute on a CUDA device what only the CPU does.
Status checkDevice(const Job& job);

} // namespace boolab
