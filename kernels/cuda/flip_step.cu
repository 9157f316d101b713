// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "kernels/bfloat16.h"
#include "kernels/cuda/device_sums.h"
#include "kernels/cuda/training_ops.h"
#include "kernels/flip_common.h"

namespace boolab::kernels::cuda
{

namespace
{

constexpr int kMomentThreads = 256, kMomentumThreads = 256;
/// Rows whose loads are on their way at a time.
constexpr int kRowsAhead = 4;

__device__ __forceinline__ float noise_factor_of(float scale, double numerator, float moment)
{
    return moment > 0.0f ? float(double(scale) * sqrt(numerator / double(moment))) : 0.0f;
}

/// The row moments and factors. Both sums over all rows run in order, as move_moments takes them: one thread
/// adds what the others bring. One block.
__global__ void __launch_bounds__(kMomentThreads) row_moments(FlipPass pass)
{
    __shared__ double squares[kMomentThreads], moments[kMomentThreads];
    __shared__ double meanRow;
    __shared__ bool isFinite;
    const std::int64_t M = pass.layer.M, N = pass.layer.N;
    const auto moved = [&](std::int64_t i) {
        return updated_moment(pass.state.rowMoment[i], pass.rowSquares[i] / double(N), pass.keep);
    };
    double total = 0.0, sum = 0.0;
    for (std::int64_t begin = 0; begin < M; begin += kMomentThreads) {
        const std::int64_t i = begin + threadIdx.x;
        if (i < M) {
            squares[threadIdx.x] = pass.rowSquares[i];
            moments[threadIdx.x] = double(moved(i));
        }
        __syncthreads(); // this piece is there
        const int count = int(M - begin < kMomentThreads ? M - begin : kMomentThreads);
        if (threadIdx.x == 0)
            for (int n = 0; n < count; ++n) {
                total += squares[n];
                sum += moments[n];
            }
        __syncthreads(); // it is added
    }
    if (threadIdx.x == 0) {
        meanRow = sum / double(M);
        isFinite = fabsf(float(total)) < INFINITY;
        *pass.progress = {meanRow, 0, pass.limit, isFinite, !isFinite, 0};
    }
    for (int n = int(threadIdx.x); pass.limit > 0 && n < kDigits; n += kMomentThreads)
        pass.digits[n] = 0;
    __syncthreads(); // the mean is known
    if (!isFinite) return;
    for (std::int64_t i = threadIdx.x; i < M; i += kMomentThreads) {
        const float moment = moved(i);
        pass.state.rowMoment[i] = moment;
        pass.rowFactor[i] = noise_factor_of(pass.layer.scaleOut[pass.k * M + i], meanRow, moment);
    }
}

__global__ void __launch_bounds__(kBlockThreads) column_moments(FlipPass pass)
{
    const std::int64_t M = pass.layer.M, N = pass.layer.N, chunks = chunk_count(M);
    const std::int64_t j = std::int64_t(blockIdx.x) * kBlockThreads + threadIdx.x;
    if (j >= N || !pass.progress->isFinite) return;
    double sum = 0.0;
    for (std::int64_t chunk = 0; chunk < chunks; ++chunk)
        sum += pass.squarePartials[chunk * pass.squareStride + j];
    const float moment = updated_moment(pass.state.columnMoment[j], sum / double(M), pass.keep);
    pass.state.columnMoment[j] = moment;
    pass.columnFactor[j] =
        noise_factor_of(pass.layer.scaleIn[pass.k * N + j], 1.0 / double(pass.config.parts), moment);
}

/// What a thread reads of one weight.
struct WeightState {
    float g = 0.0f, momentum = 0.0f;
    bool plus = false;
};

__device__ __forceinline__ WeightState load_weight(const FlipPass& pass, std::int64_t i, std::int64_t j)
{
    const std::int64_t N = pass.layer.N, row = pass.k * pass.layer.M + i;
    return {pass.G[i * N + j], bfloat16_to_float(pass.state.momentum[i * N + j]),
            (pass.layer.bits[row * row_bytes(N) + j / 8] >> (j % 8) & 1) != 0};
}

/// As a CPU makes it: a device's own NaN has other bits, which the rounding would carry into the sign.
__device__ __forceinline__ float usual_nan(float x)
{
    return x == x ? x : std::bit_cast<float>(0xffc00000u);
}

/// A warp moves the momentum of 32 columns, row by row, and lists those that reach the threshold.
template <bool kFlips> __global__ void __launch_bounds__(kMomentumThreads) momentum_tiles(FlipPass pass)
{
    __shared__ RowKey keys[kChunkRows];
    if (!pass.progress->isFinite) return;
    const std::int64_t M = pass.layer.M, N = pass.layer.N;
    const std::int64_t first = std::int64_t(blockIdx.x) * kChunkRows;
    const int rows = int(M - first < kChunkRows ? M - first : kChunkRows);
    if (int(threadIdx.x) < rows) keys[threadIdx.x] = row_key(pass.config, first + threadIdx.x);
    __syncthreads(); // the keys are there
    const std::int64_t j = std::int64_t(blockIdx.y) * kMomentumThreads + threadIdx.x;
    const unsigned lane = threadIdx.x % 32u;
    if (j - lane >= N) return; // the whole warp
    const bool inside = j < N;
    const std::int64_t segment = blockIdx.x * segment_columns(N) + j / kSegmentColumns;
    const float columnFactor = inside ? pass.columnFactor[j] : 0.0f;
    unsigned count = 0;
    for (int begin = 0; begin < rows; begin += kRowsAhead) {
        WeightState weights[kRowsAhead];
#pragma unroll
        for (int n = 0; n < kRowsAhead; ++n)
            if (inside && begin + n < rows) weights[n] = load_weight(pass, first + begin + n, j);
#pragma unroll
        for (int n = 0; n < kRowsAhead; ++n) {
            const int row = begin + n;
            const bool isWeight = inside && row < rows;
            float score = 0.0f;
            if (isWeight) {
                const float q =
                    clipped((weights[n].g * pass.rowFactor[first + row]) * columnFactor, pass.bound);
                const float moved = usual_nan(pass.decay * weights[n].momentum + q);
                pass.state.momentum[(first + row) * N + j] =
                    round_stochastic(moved, random_word(keys[row], std::uint32_t(j)));
                const float scaled = moved * pass.scoreScale;
                score = weights[n].plus ? scaled : -scaled;
            }
            if (!kFlips) continue;
            const bool reached = isWeight && score >= pass.config.threshold;
            const unsigned all = __ballot_sync(kWholeWarp, reached);
            if (reached) {
                const std::int64_t place = segment * kSegmentSize + count + __popc(all & ((1u << lane) - 1u));
                pass.scores[place] = score;
                pass.places[place] = std::uint16_t(row * 32 + int(lane));
            }
            count += unsigned(__popc(all));
        }
    }
    if (kFlips && lane == 0) pass.counts[segment] = count;
}

} // namespace

void move_flip_state(const FlipPass& pass, cudaStream_t stream)
{
    const std::int64_t M = pass.layer.M, N = pass.layer.N;
    BOOLAB_CUDA_LAUNCH(row_moments, 1u, unsigned(kMomentThreads), stream, pass);
    BOOLAB_CUDA_LAUNCH(column_moments, blocks_of(N, kBlockThreads), kBlockThreads, stream, pass);
    const dim3 tiles(blocks_of(M, kChunkRows), blocks_of(N, kMomentumThreads));
    if (pass.limit > 0)
        BOOLAB_CUDA_LAUNCH(momentum_tiles<true>, tiles, unsigned(kMomentumThreads), stream, pass);
    else
        BOOLAB_CUDA_LAUNCH(momentum_tiles<false>, tiles, unsigned(kMomentumThreads), stream, pass);
}

} // namespace boolab::kernels::cuda
