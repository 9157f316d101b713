// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/bool_gemm.h"
#include "tests/cuda/op_checks.h"
#include "tests/kernels/golden_vectors.h"

namespace boolab::kernels::cuda
{

/// Compares bool_gemm with the CPU's, bit for bit, by every path that the device has: shapes around tiles and
/// blocks, no to eight kernels, 1 to 17 tokens, zero, denormal, huge and not finite activations, sums at the
/// end of 32 bits. Says on stderr what differs. The number of checks that failed.
int check_gemm(BoolGemm& gemm, CheckSize size);
/// Compares with what golden vectors expect in place of the CPU's answer.
int check_golden(BoolGemm& gemm, const std::vector<GemmVectors>& vectors);

} // namespace boolab::kernels::cuda
