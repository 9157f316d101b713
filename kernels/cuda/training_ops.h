// SPDX-License-Identifier: Apache-2.0
// The steps of TrainingOps (kernels/cuda/training.h) on a CUDA device, started on a stream; the math and its
// order are those of kernels/scale_gradient.cpp and kernels/flip_step.cpp.
#pragma once

#include "kernels/cuda/language.h"
#include "kernels/flip_step.h"
#include "kernels/sum_order.h"

namespace boolab::kernels::cuda
{

/// One reading of G = dL/dW; K from 1 to kMaxPackedKernels.
struct GradientReading {
    BoolKernels layer;
    const float* G = nullptr;      ///< (M, N)
    float* gradScaleOut = nullptr; ///< (K, M), null: no scale gradients
    float* gradScaleIn = nullptr;  ///< (K, N)
    unsigned trained = 0;          ///< bit k set: the sums of Q^2 of kernel k are wanted
    std::int64_t trainedCount = 0;

    float* partials = nullptr;        ///< (chunks, K, N): sums along columns, per piece of rows
    double* rowSquares = nullptr;     ///< (trainedCount, M)
    double* squarePartials = nullptr; ///< (chunks, trainedCount, N)
};

/// Where a flip step stands; its kernels pass it on without the host.
struct FlipProgress {
    double meanRow;         ///< mean of the row moments
    std::uint64_t pivot;    ///< ranks from here on flip
    std::uint64_t needed;   ///< flips still to be found below the digits of `pivot` that are known
    std::uint32_t isFinite; ///< 0: G held a value that is not finite, nothing changes
    std::uint32_t isChosen; ///< `pivot` is known
    std::uint64_t flips;
};

/// A warp lists its candidates in a segment of its own: 32 rows by 32 columns.
constexpr std::int64_t kSegmentColumns = 32, kSegmentSize = kChunkRows * kSegmentColumns;
/// Digits of a candidate's 64-bit rank: six, the last one shorter.
constexpr int kRankBits = 64, kDigitBits = 11, kDigits = 1 << kDigitBits;

constexpr std::int64_t segment_columns(std::int64_t N)
{
    return (N + kSegmentColumns - 1) / kSegmentColumns;
}

/// A flip step of kernel k, and its device scratch.
struct FlipPass {
    BoolKernels layer;
    std::int64_t k = 0;
    const float* G = nullptr; ///< (M, N)
    FlipConfig config;
    FlipState state; ///< in the device's memory
    double keep = 0.0;
    float decay = 0.0f, scoreScale = 0.0f, bound = 0.0f;
    std::uint64_t limit = 0; ///< most bits that may flip; 0: none is looked for

    const double* rowSquares = nullptr;     ///< (M) of this kernel
    const double* squarePartials = nullptr; ///< (chunks, N), a chunk `squareStride` after the one before
    std::int64_t squareStride = 0;
    FlipProgress* progress = nullptr;
    float* rowFactor = nullptr;    ///< (M)
    float* columnFactor = nullptr; ///< (N)

    float* scores = nullptr;          ///< (segments, kSegmentSize), the first counts[segment] of each
    std::uint16_t* places = nullptr;  ///< the same: row * 32 + column within the segment
    std::uint32_t* counts = nullptr;  ///< (segments)
    std::uint32_t* offsets = nullptr; ///< (segments): flips of a segment, then of all before it
    std::uint32_t* digits = nullptr;  ///< (kDigits)
    std::uint32_t* flipped = nullptr; ///< (limit): i N + j

    constexpr std::int64_t segments() const { return chunk_count(layer.M) * segment_columns(layer.N); }
};

/// Scale gradients, added, and sums of Q^2.
void read_gradient(const GradientReading& reading, cudaStream_t stream);
/// Moments and factors from the sums; then momentum and, where limit > 0, the candidates. M and N from 1.
void move_flip_state(const FlipPass& pass, cudaStream_t stream);
/// The best candidates' bits toggled and momentum cleared; progress->flips and `flipped`.
void flip_candidates(const FlipPass& pass, cudaStream_t stream);

} // namespace boolab::kernels::cuda
