// SPDX-License-Identifier: Apache-2.0
// Which candidates flip: the `limit` highest ranks, found digit by digit from the top by counting, so that
// the answer depends on no order. A rank holds the score and, below it, the place: no two are equal.
#include <algorithm>
#include <bit>

#include "kernels/cuda/device_sums.h"
#include "kernels/cuda/training_ops.h"

namespace boolab::kernels::cuda
{

namespace
{

constexpr int kSelectThreads = 256, kSelectWarps = kSelectThreads / 32;
constexpr int kDigitsPerThread = kDigits / kSelectThreads;
/// Enough to fill any device; each block looks at every so-many-th segment.
constexpr unsigned kMostBlocks = 1024;

/// Unsigned order is that of the scores; -0 equals 0.
__device__ __forceinline__ std::uint32_t score_order(float score)
{
    constexpr std::uint32_t kSign = 0x80000000u;
    if (score == 0.0f) return kSign;
    const auto bits = std::bit_cast<std::uint32_t>(score);
    return bits & kSign ? ~bits : bits | kSign;
}

/// A segment's candidates.
struct Segment {
    std::int64_t first, row, column;
    unsigned count;
};

__device__ __forceinline__ Segment segment_at(const FlipPass& pass, std::int64_t segment)
{
    const std::int64_t across = segment_columns(pass.layer.N);
    return {segment * kSegmentSize, segment / across * kChunkRows, segment % across * kSegmentColumns,
            pass.counts[segment]};
}

__device__ __forceinline__ std::uint32_t index_of(const FlipPass& pass, const Segment& segment,
                                                  unsigned place)
{
    return std::uint32_t((segment.row + place / 32u) * pass.layer.N + segment.column + place % 32u);
}

/// Lower indices rank higher.
__device__ __forceinline__ std::uint64_t rank_of(float score, std::uint32_t index)
{
    return std::uint64_t(score_order(score)) << 32 | std::uint32_t(~index);
}

__device__ __forceinline__ std::uint64_t rank_at(const FlipPass& pass, const Segment& segment, unsigned n)
{
    return rank_of(pass.scores[segment.first + n], index_of(pass, segment, pass.places[segment.first + n]));
}

/// The digit of `width` bits that begins `shift` bits from the right.
struct Digit {
    int shift, width;
};

/// Counts this digit over the ranks whose higher digits are the pivot's. A warp takes a segment.
__global__ void __launch_bounds__(kSelectThreads) count_digits(FlipPass pass, Digit digit)
{
    __shared__ std::uint32_t counts[kDigits];
    if (pass.progress->isChosen) return;
    for (int n = int(threadIdx.x); n < kDigits; n += kSelectThreads)
        counts[n] = 0;
    __syncthreads(); // all are zero
    const std::uint64_t pivot = pass.progress->pivot;
    const int known = digit.shift + digit.width;
    const unsigned warp = threadIdx.x / 32u, lane = threadIdx.x % 32u;
    for (std::int64_t s = std::int64_t(blockIdx.x) * kSelectWarps + warp; s < pass.segments();
         s += std::int64_t(gridDim.x) * kSelectWarps) {
        const Segment segment = segment_at(pass, s);
        for (unsigned n = lane; n < segment.count; n += 32u) {
            const std::uint64_t rank = rank_at(pass, segment, n);
            if (known < kRankBits && (rank ^ pivot) >> known != 0) continue;
            atomicAdd(&counts[rank >> digit.shift & ((1u << digit.width) - 1u)], 1u);
        }
    }
    __syncthreads(); // all are counted
    for (int n = int(threadIdx.x); n < kDigits; n += kSelectThreads)
        if (counts[n] > 0) atomicAdd(&pass.digits[n], counts[n]);
}

/// The pivot's digit: the highest with at least `needed` ranks from it on. One block.
__global__ void __launch_bounds__(kSelectThreads) choose_digit(FlipPass pass, Digit digit)
{
    __shared__ std::uint32_t sums[kSelectThreads];
    FlipProgress& progress = *pass.progress;
    if (progress.isChosen) return;
    const int own = int(threadIdx.x);
    std::uint32_t counts[kDigitsPerThread], sum = 0;
#pragma unroll
    for (int n = 0; n < kDigitsPerThread; ++n) {
        counts[n] = pass.digits[own * kDigitsPerThread + n];
        pass.digits[own * kDigitsPerThread + n] = 0;
        sum += counts[n];
    }
    sums[own] = sum;
    const std::uint64_t needed = progress.needed;
    __syncthreads(); // all have read
    std::uint64_t above = 0, all = 0;
    for (int n = 0; n < kSelectThreads; ++n) {
        all += sums[n];
        above += n > own ? sums[n] : 0u;
    }
    if (all <= needed) { // every rank that is left
        if (own == 0) progress.isChosen = 1;
        return;
    }
    if (above >= needed || above + sum < needed) return;
    bool found = false;
#pragma unroll
    for (int n = kDigitsPerThread - 1; n >= 0; --n) {
        if (!found && above + counts[n] >= needed) {
            found = true;
            progress.pivot |= std::uint64_t(own * kDigitsPerThread + n) << digit.shift;
            progress.needed = needed - above;
            progress.isChosen = above + counts[n] == needed;
        }
        above += counts[n];
    }
}

/// offsets = how many of each segment flip.
__global__ void __launch_bounds__(kSelectThreads) count_flips(FlipPass pass)
{
    const std::int64_t s = std::int64_t(blockIdx.x) * kSelectThreads + threadIdx.x;
    if (s >= pass.segments() || !pass.progress->isFinite) return;
    const std::uint64_t pivot = pass.progress->pivot;
    const Segment segment = segment_at(pass, s);
    std::uint32_t flips = 0;
    for (unsigned n = 0; n < segment.count; ++n)
        flips += rank_at(pass, segment, n) >= pivot;
    pass.offsets[s] = flips;
}

/// offsets = how many flip in all segments before. One block.
__global__ void __launch_bounds__(kSelectThreads) place_flips(FlipPass pass)
{
    __shared__ std::uint32_t sums[kSelectThreads];
    if (!pass.progress->isFinite) return;
    const std::int64_t share = (pass.segments() + kSelectThreads - 1) / kSelectThreads;
    const std::int64_t begin = threadIdx.x * share;
    const std::int64_t end = begin + share < pass.segments() ? begin + share : pass.segments();
    std::uint32_t sum = 0;
    for (std::int64_t s = begin; s < end; ++s)
        sum += pass.offsets[s];
    sums[threadIdx.x] = sum;
    __syncthreads(); // all are summed
    std::uint32_t before = 0;
    for (unsigned n = 0; n < threadIdx.x; ++n)
        before += sums[n];
    for (std::int64_t s = begin; s < end; ++s) {
        const std::uint32_t flips = pass.offsets[s];
        pass.offsets[s] = before;
        before += flips;
    }
    if (threadIdx.x == unsigned(kSelectThreads - 1)) pass.progress->flips = before;
}

/// Toggles the bits and clears the momentum of a row's flips, `mask`, from column `column` on.
__device__ __forceinline__ void flip_row(const FlipPass& pass, std::int64_t i, std::int64_t column,
                                         std::uint32_t mask)
{
    const std::int64_t N = pass.layer.N, row = pass.k * pass.layer.M + i;
    for (int byte = 0; byte < int(kSegmentColumns) / 8; ++byte) {
        const std::uint32_t flips = mask >> byte * 8 & 255u;
        if (flips != 0) pass.layer.bits[row * row_bytes(N) + column / 8 + byte] ^= std::uint8_t(flips);
    }
    for (int c = 0; c < 32; ++c)
        if (mask >> c & 1u) pass.state.momentum[i * N + column + c] = 0;
}

/// A warp flips a segment's bits, which share no byte with another's; each lane those of one row.
__global__ void __launch_bounds__(kSelectThreads) apply_segments(FlipPass pass)
{
    if (!pass.progress->isFinite) return;
    const std::int64_t s = std::int64_t(blockIdx.x) * kSelectWarps + threadIdx.x / 32u;
    if (s >= pass.segments()) return;
    const std::uint64_t pivot = pass.progress->pivot;
    const unsigned lane = threadIdx.x % 32u;
    const Segment segment = segment_at(pass, s);
    std::uint32_t mask = 0, flips = 0;
    for (unsigned n = 0; n < segment.count; ++n) {
        const unsigned place = pass.places[segment.first + n];
        const std::uint32_t index = index_of(pass, segment, place);
        if (rank_of(pass.scores[segment.first + n], index) < pivot) continue;
        if (lane == place / 32u) mask |= 1u << (place % 32u);
        if (lane == 0) pass.flipped[pass.offsets[s] + flips] = index;
        ++flips;
    }
    if (mask != 0) flip_row(pass, segment.row + lane, segment.column, mask);
}

} // namespace

void flip_candidates(const FlipPass& pass, cudaStream_t stream)
{
    const unsigned warps = blocks_of(pass.segments(), kSelectWarps);
    for (int known = kRankBits; known > 0;) {
        const int width = std::min(known, kDigitBits);
        known -= width;
        BOOLAB_CUDA_LAUNCH(count_digits, std::min(warps, kMostBlocks), unsigned(kSelectThreads), stream, pass,
                           Digit{known, width});
        BOOLAB_CUDA_LAUNCH(choose_digit, 1u, unsigned(kSelectThreads), stream, pass, Digit{known, width});
    }
    BOOLAB_CUDA_LAUNCH(count_flips, blocks_of(pass.segments(), kSelectThreads), unsigned(kSelectThreads),
                       stream, pass);
    BOOLAB_CUDA_LAUNCH(place_flips, 1u, unsigned(kSelectThreads), stream, pass);
    BOOLAB_CUDA_LAUNCH(apply_segments, warps, unsigned(kSelectThreads), stream, pass);
}

} // namespace boolab::kernels::cuda
