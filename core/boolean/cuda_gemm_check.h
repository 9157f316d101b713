// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/bool_gemm.h"

namespace boolab
{

/// Compares bool_gemm with the CPU's, bit for bit, on one small layer and numbers of tokens that take every
/// path which the device will use. Takes milliseconds. Fails where the device does, or where something
/// differs.
kernels::cuda::Outcome<void> checkCudaGemm(kernels::cuda::BoolGemm& gemm);

} // namespace boolab
