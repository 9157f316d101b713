// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bool_kernels.h"

namespace boolab::kernels
{

/// Signs of values (M, N) to bits (M, row_bytes(N)); v >= 0 is bit 1 (sign(0) = +1), padding bits 0.
void pack_signs(const float* values, std::int64_t M, std::int64_t N, std::uint8_t* bits, int threads);
/// Bits to -1.0f / +1.0f, (M, N).
void unpack_signs(const std::uint8_t* bits, std::int64_t M, std::int64_t N, float* values, int threads);

} // namespace boolab::kernels
