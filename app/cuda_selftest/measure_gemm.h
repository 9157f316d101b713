// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/bool_gemm.h"

/// Prints how fast bool_gemm reads the bits of a layer M x N from the device's memory, for 1, 4 and 16
/// tokens and every path that the device has. False where something failed.
bool measure_gemm(boolab::kernels::cuda::BoolGemm& gemm, std::int64_t M, std::int64_t N);
