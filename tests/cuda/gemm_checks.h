// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/bool_gemm.h"
#include "tests/cuda/op_checks.h"

namespace boolab::kernels::cuda
{

/// Compares bool_gemm with the CPU's, bit for bit, by every path that the device has: shapes around tiles and
/// blocks, no to eight kernels, 1 to 17 tokens, zero, denormal, huge and not finite activations, sums at the
/// end of 32 bits. Says on stderr what differs. The number of checks that failed.
int check_gemm(BoolGemm& gemm, CheckSize size);

} // namespace boolab::kernels::cuda
