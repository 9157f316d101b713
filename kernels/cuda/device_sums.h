// SPDX-License-Identifier: Apache-2.0
// Inside the CUDA ops: sums in the orders of kernels/sum_order.h, so that bits equal those of the vector
// code.
#pragma once

#include "kernels/cuda/language.h"
#include "kernels/sum_order.h"

namespace boolab::kernels::cuda
{

/// Threads of a block that walks rows or columns; half a warp takes a row, its threads the row's sixteen
/// lanes.
constexpr unsigned kBlockThreads = 128;
constexpr unsigned kRowsPerBlock = kBlockThreads / unsigned(kLanes);
constexpr unsigned kWholeWarp = 0xffffffffu;

/// Blocks that take `perBlock` of `size` each.
inline unsigned blocks_of(std::int64_t size, std::int64_t perBlock)
{
    return unsigned((size + perBlock - 1) / perBlock);
}

/// The row and lane of a thread. Rows beyond the matrix take part in the warp's collectives with nothing.
struct RowLane {
    std::int64_t row;
    int lane;
};

__device__ __forceinline__ RowLane row_lane()
{
    return {std::int64_t(blockIdx.x) * kRowsPerBlock + threadIdx.x / unsigned(kLanes),
            int(threadIdx.x % unsigned(kLanes))};
}

/// The sixteen lanes of a row to one sum, in every lane: the order of fold_lanes.
__device__ __forceinline__ double sum_row_lanes(double sum)
{
    for (int width = int(kLanes) / 2; width > 0; width /= 2)
        sum += __shfl_xor_sync(kWholeWarp, sum, width, int(kLanes));
    return sum;
}

/// One lane's share of a row: float sums of term(j) that go over into double every kFlushColumns.
template <class Term> __device__ double lane_sum(std::int64_t N, int lane, const Term& term)
{
    double sum = 0.0;
    for (std::int64_t block = 0; block < N; block += kFlushColumns) {
        const std::int64_t end = N < block + kFlushColumns ? N : block + kFlushColumns;
        float part = 0.0f;
        for (std::int64_t j = block + lane; j < end; j += kLanes)
            part += term(j);
        sum += double(part);
    }
    return sum;
}

/// Sixteen signs of a row, one per lane, to their packed word; `inside`: this lane has a column.
__device__ __forceinline__ void store_signs(bool plus, bool inside, int lane, std::uint16_t* word)
{
    const unsigned both = __ballot_sync(kWholeWarp, plus && inside);
    if (lane == 0 && inside) *word = std::uint16_t(both >> (threadIdx.x & 16u));
}

/// The sum over a block of kSumLanes threads, in every thread.
__device__ __forceinline__ double block_sum(double value)
{
    __shared__ double lanes[kSumLanes];
    const int lane = int(threadIdx.x);
    lanes[lane] = value;
    __syncthreads(); // every lane is written
    for (int width = int(kSumLanes) / 2; width > 0; width /= 2) {
        if (lane < width) lanes[lane] += lanes[lane + width];
        __syncthreads(); // this level is written
    }
    const double sum = lanes[0];
    __syncthreads(); // everybody has read: the next sum may write
    return sum;
}

/// sum_i term(i) in the order of interleaved_sum, by a block of kSumLanes threads.
template <class Term> __device__ double block_interleaved_sum(std::int64_t size, const Term& term)
{
    double sum = 0.0;
#pragma unroll 2 // more spills around the divisions of doubles
    for (std::int64_t i = threadIdx.x; i < size; i += kSumLanes)
        sum += term(i);
    return block_sum(sum);
}

} // namespace boolab::kernels::cuda
