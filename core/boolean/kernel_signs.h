// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bool_kernels.h"

#include <torch/types.h>
#include <vector>

namespace boolab
{

/// B_k as -1.0f / +1.0f, (out, in), on `device`, where the layer's memory is.
at::Tensor kernelSigns(const kernels::BoolKernels& layer, std::int64_t k, const at::Device& device);
/// scaleOut_k scaleIn_k^T (out, in): what dL/dW is multiplied by to give the signal of B_k.
at::Tensor kernelScale(const kernels::BoolKernels& layer, std::int64_t k, const at::Device& device);
/// Toggles the bits where `where` (out, in, bool; on the layer's device) is true and appends their places i *
/// in + j to `flipped`.
void toggleBits(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& where,
                std::vector<std::int64_t>& flipped);
void toggleBits(const kernels::BoolKernels& layer, std::int64_t k, const std::vector<std::int64_t>& places,
                const at::Device& device);

} // namespace boolab
