// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bool_kernels.h"

#include <torch/types.h>
#include <vector>

namespace boolab
{

/// B_k as -1.0f / +1.0f, (out, in).
at::Tensor kernelSigns(const kernels::BoolKernels& layer, std::int64_t k);
/// scaleOut_k scaleIn_k^T (out, in): what dL/dW is multiplied by to give the signal of B_k.
at::Tensor kernelScale(const kernels::BoolKernels& layer, std::int64_t k);
/// Toggles the bits where `where` (out, in, bool) is true and appends their places i * in + j to `flipped`.
void toggleBits(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& where,
                std::vector<std::int64_t>& flipped);
void toggleBits(const kernels::BoolKernels& layer, std::int64_t k, const std::vector<std::int64_t>& places);

} // namespace boolab
