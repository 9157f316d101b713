// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boolean/layer_ops.h"
#include "kernels/cuda/failure.h"

namespace boolab
{

/// Those of kernels/cuda on CUDA device `index`, on LibTorch's current stream, once each of them has given
/// the CPU's bits on a small layer there; `device` is what LibTorch calls it. Fails where the device cannot
/// be used or something differs.
kernels::cuda::Outcome<std::shared_ptr<LayerOps>> openCudaOps(int index, const at::Device& device);

} // namespace boolab
