// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job.h"

#include <functional>
#include <string>
#include <torch/types.h>

namespace boolab
{

/// Where LibTorch computes for a job: what its --device names, but the CPU where a job works on CUDA devices
/// by our own ops alone (convert).
at::Device torchDevice(const Job& job);

/// Before a job's first tensor: LibTorch's half for CUDA is loaded, and the ops of Boolean layers there are
/// ours once each has given the CPU's bits (core/boolean/cuda_ops.h), else LibTorch's own, of which `warn` is
/// told. Unsupported where the device is not there for LibTorch.
Status openTorchDevice(const Job& job, const std::function<void(const std::string&)>& warn);

/// From now on `device` serves jobs that name a CUDA device of that index, as it is: for tests. Nullopt: as
/// before.
void substituteCudaDevice(std::optional<at::Device> device);

} // namespace boolab
