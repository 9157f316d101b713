// SPDX-License-Identifier: Apache-2.0
// The orders in which long sums are taken, the same on every instruction set, number of threads and CUDA
// device: results are equal bit for bit.
#pragma once

#include <algorithm>
#include <cstdint>

namespace boolab::kernels
{

/// Columns that the vector code takes at once; float sums along a row run in this many interleaved lanes.
constexpr std::int64_t kLanes = 16;
/// Columns after which the lanes' float sums go over into double (keeps a row sum within 1e-6 relative).
constexpr std::int64_t kFlushColumns = 512;
/// Rows per piece of work; sums along columns are taken per piece, then over the pieces in order.
constexpr std::int64_t kChunkRows = 32;
/// Interleaved lanes of a double sum over one vector: the threads of the block that takes it on a CUDA
/// device.
constexpr std::int64_t kSumLanes = 256;

constexpr std::int64_t padded(std::int64_t N)
{
    return (N + kLanes - 1) / kLanes * kLanes;
}
constexpr std::int64_t chunk_count(std::int64_t M)
{
    return (M + kChunkRows - 1) / kChunkRows;
}

/// The fixed order in which interleaved sums become one; `lanes` is overwritten.
template <std::int64_t kCount> double fold_lanes(double* lanes)
{
    for (std::int64_t width = kCount / 2; width > 0; width /= 2)
        for (std::int64_t i = 0; i < width; ++i)
            lanes[i] += lanes[i + width];
    return lanes[0];
}

/// sum_i term(i), i < size.
template <class Term> double interleaved_sum(std::int64_t size, const Term& term)
{
    double lanes[kSumLanes] = {};
    for (std::int64_t begin = 0; begin < size; begin += kSumLanes)
        for (std::int64_t lane = 0; lane < std::min(kSumLanes, size - begin); ++lane)
            lanes[lane] += term(begin + lane);
    return fold_lanes<kSumLanes>(lanes);
}

} // namespace boolab::kernels
