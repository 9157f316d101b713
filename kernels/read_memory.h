// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace boolab::kernels
{

/// Reads `bytes` (a multiple of 64, aligned to 64) once in order, by every thread its part, and returns the
/// xor of all 64-bit words: how fast memory can be read at all.
std::uint64_t read_memory(const std::uint8_t* data, std::int64_t bytes, int threads);

} // namespace boolab::kernels
