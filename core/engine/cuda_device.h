// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "kernels/cuda/failure.h"

#include <optional>
#include <string>

namespace boolab
{

/// The device that "cuda" (the first) or "cuda:N" names; nothing for "cpu".
std::optional<int> cudaIndex(const std::string& device);
/// Why --device could not be served, as the engine says it.
Error cudaError(const std::string& device, const kernels::cuda::Failure& failure);

} // namespace boolab
