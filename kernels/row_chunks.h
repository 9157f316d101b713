// SPDX-License-Identifier: Apache-2.0
// How every op cuts its work, whatever the number of threads or the instruction set: sums come out alike.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/sum_order.h"
#include "kernels/thread_pool.h"

namespace boolab::kernels
{

/// body(chunk, first row, row after the last).
template <class Body> void for_row_chunks(std::int64_t M, int threads, const Body& body)
{
    parallel_for(chunk_count(M), threads, [&](std::int64_t chunk) {
        body(chunk, chunk * kChunkRows, std::min(M, (chunk + 1) * kChunkRows));
    });
}

/// body(first, count) over pieces of a flat array; a multiple of kLanes each but the last.
template <class Body> void for_pieces(std::int64_t size, int threads, const Body& body)
{
    constexpr std::int64_t kPiece = 16384;
    parallel_for((size + kPiece - 1) / kPiece, threads,
                 [&](std::int64_t piece) { body(piece * kPiece, std::min(kPiece, size - piece * kPiece)); });
}

/// The fixed order in which kLanes interleaved sums become one.
inline double sum_lanes(const double* lanes)
{
    double s[kLanes];
    std::copy(lanes, lanes + kLanes, s);
    return fold_lanes<kLanes>(s);
}

/// totals_j = sum over chunks, in order, of partials[chunk * stride + j], j < width.
template <class T>
void sum_chunks(const T* partials, std::int64_t chunks, std::int64_t stride, std::int64_t width,
                double* totals, int threads)
{
    constexpr std::int64_t kBlock = 128;
    parallel_for((width + kBlock - 1) / kBlock, threads, [&](std::int64_t block) {
        const std::int64_t begin = block * kBlock, end = std::min(width, begin + kBlock);
        std::fill(totals + begin, totals + end, 0.0);
        for (std::int64_t c = 0; c < chunks; ++c)
            for (std::int64_t j = begin; j < end; ++j)
                totals[j] += double(partials[c * stride + j]);
    });
}

} // namespace boolab::kernels
