// SPDX-License-Identifier: Apache-2.0
// The dense weight of a layer on a CUDA device, started on a stream; M and N from 1.
#pragma once

#include "kernels/bool_kernels.h"
#include "kernels/cuda/packed_layout.h"

namespace boolab::kernels::cuda
{

/// `layer.bits` as in packed_layout.h; W holds bfloat16 where `rounded`, else float.
void dense_from_fragments(const DevicePackedLayer& layer, bool rounded, void* W, cudaStream_t stream);
/// The same from rows of bits as in kernels/bool_kernels.h, in the device's memory.
void dense_from_rows(const BoolKernels& layer, bool rounded, void* W, cudaStream_t stream);

} // namespace boolab::kernels::cuda
