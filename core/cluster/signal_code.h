// SPDX-License-Identifier: Apache-2.0
// A dL/dW in fewer bits, for the way from one rank to another.
#pragma once

#include <cstdint>
#include <torch/types.h>

namespace boolab
{

/// Bytes of `rows` rows of `columns` numbers in `bits` (32, 16 or 8) each.
std::int64_t codedBytes(std::int64_t rows, std::int64_t columns, int bits);

/// values (rows, columns) float32, contiguous, into codedBytes() at `out`. 32: as they are. 16: bfloat16,
/// nearest. 8: integers of -127 … 127 times one scale per row and one per column (the column's root mean
/// square: a few columns of dL/dW are orders of magnitude larger than the rest), rounded up or down at random
/// so that the mean is right; the same seed gives the same bytes.
void encodeSignal(const at::Tensor& values, int bits, std::uint64_t seed, std::uint8_t* out);
/// The way back, (rows, columns) float32.
at::Tensor decodeSignal(const std::uint8_t* bytes, std::int64_t rows, std::int64_t columns, int bits);

} // namespace boolab
