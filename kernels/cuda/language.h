// SPDX-License-Identifier: Apache-2.0
// Inside the CUDA ops: the runtime, and how a __global__ function is started. The tests' emulation has
// defined both before (tests/cuda/cuda_emulation_runtime.h).
#pragma once

#ifndef BOOLAB_CUDA_EMULATED
#include <cuda_runtime.h>
#define BOOLAB_CUDA_LAUNCH(kernel, grid, block, stream, ...)                                                 \
    kernel<<<(grid), (block), 0, (stream)>>>(__VA_ARGS__)
#endif
