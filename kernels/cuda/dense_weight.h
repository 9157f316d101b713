// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/bool_gemm.h"

namespace boolab::kernels::cuda
{

/// kernels::dense_weight_f32 and _bf16 on a CUDA device, for a GEMM over many tokens: start W (M, N) on
/// `stream` (a cudaStream_t, null: the default stream) and return. W lies in the device's memory and equals
/// the CPU's bit for bit, but for which NaN a NaN is. Fail where the device does.
Outcome<void> dense_weight_f32(const Device& device, const PackedLayer& layer, float* W, void* stream);
Outcome<void> dense_weight_bf16(const Device& device, const PackedLayer& layer, std::uint16_t* W,
                                void* stream);
/// The same from bits that training changes in place: `layer` points into the device's memory; K up to 8.
Outcome<void> dense_weight_f32(const Device& device, const BoolKernels& layer, float* W, void* stream);
Outcome<void> dense_weight_bf16(const Device& device, const BoolKernels& layer, std::uint16_t* W,
                                void* stream);

} // namespace boolab::kernels::cuda
