// SPDX-License-Identifier: Apache-2.0
#include <type_traits>

#include "kernels/cuda/device_sums.h"
#include "kernels/cuda/training_ops.h"

namespace boolab::kernels::cuda
{

namespace
{

/// A block takes a piece of kChunkRows rows and walks along it, so that both sums of a tile come from one
/// reading: half a warp per row for those along rows, then a thread per column. A row's squares are one chain
/// per lane (kernels/flip_step.cpp), so a row cannot be shared out over blocks.
constexpr int kTileThreads = int(kChunkRows * kLanes);
constexpr int kTileColumns = 256, kTileWords = kTileColumns / 32;
/// Two rows, which a warp reads at once, lie in different banks.
constexpr int kTileStride = kTileColumns + int(kLanes);
static_assert(kFlushColumns % kTileColumns == 0 && kTileThreads == 2 * kTileColumns);

template <int K> struct Tile {
    float G[kChunkRows * kTileStride];
    std::uint32_t bits[K][kChunkRows][kTileWords];
    float scaleOut[K][kChunkRows];
};

__device__ __forceinline__ float signed_value(std::uint32_t plus, float x)
{
    return plus & 1u ? x : -x;
}

template <int K>
__device__ __forceinline__ void load_tile(const GradientReading& reading, std::int64_t first, int rows,
                                          std::int64_t column, Tile<K>& tile)
{
    const BoolKernels& layer = reading.layer;
    const int thread = int(threadIdx.x), c = thread % kTileColumns;
    const bool hasColumn = column + c < layer.N;
    const float* source = reading.G + (first + thread / kTileColumns) * layer.N + column + c;
    constexpr int kStep = kTileThreads / kTileColumns;
#pragma unroll 8
    for (int row = thread / kTileColumns; row < int(kChunkRows); row += kStep, source += kStep * layer.N)
        tile.G[row * kTileStride + c] = hasColumn && row < rows ? *source : 0.0f;
    for (int n = thread; n < K * int(kChunkRows) * kTileWords * 4; n += kTileThreads) {
        const int byte = n % (kTileWords * 4), row = n / (kTileWords * 4) % int(kChunkRows),
                  k = n / (kTileWords * 4 * int(kChunkRows));
        const std::int64_t place = column / 8 + byte;
        const bool inside = row < rows && place < row_bytes(layer.N);
        reinterpret_cast<std::uint8_t*>(tile.bits[k][row])[byte] =
            inside ? layer.bits[(k * layer.M + first + row) * row_bytes(layer.N) + place] : std::uint8_t(0);
    }
}

/// A lane's share of its row's sums.
template <int K> struct RowSums {
    float part[K] = {};
    double sum[K] = {}, squares[K] = {};
};

template <int K>
__device__ __forceinline__ void sum_along_row(const GradientReading& reading, const Tile<K>& tile, int row,
                                              int lane, std::int64_t column, RowSums<K>& sums)
{
    const std::int64_t N = reading.layer.N;
#pragma unroll 1 // the kernels are unrolled: more would not fit into registers
    for (int s = 0; s < kTileColumns / int(kLanes); ++s) {
        const int c = lane + s * int(kLanes);
        const std::int64_t j = column + c;
        if (j >= N) break;
        const float g = tile.G[row * kTileStride + c];
#pragma unroll
        for (int k = 0; k < K; ++k) {
            const float scaleIn = reading.layer.scaleIn[k * N + j];
            if (reading.gradScaleOut)
                sums.part[k] += signed_value(tile.bits[k][row][c / 32] >> (c % 32), g) * scaleIn;
            if (!(reading.trained >> k & 1u)) continue;
            const double Q = double(g * (tile.scaleOut[k][row] * scaleIn));
            sums.squares[k] += Q * Q;
        }
    }
}

/// One column of a tile; two groups of threads share out the sums of all kernels.
template <int K>
__device__ __forceinline__ void sum_along_columns(const GradientReading& reading, const Tile<K>& tile,
                                                  int rows, std::int64_t column)
{
    const std::int64_t N = reading.layer.N, chunk = blockIdx.x;
    const int c = int(threadIdx.x) % kTileColumns, group = int(threadIdx.x) / kTileColumns;
    const std::int64_t j = column + c;
    if (j >= N) return;
    std::int64_t place = 0; // among the trained kernels
#pragma unroll
    for (int k = 0; k < K; ++k) {
        if (reading.gradScaleOut && k % 2 == group) {
            float sum = 0.0f;
#pragma unroll 2
            for (int row = 0; row < rows; ++row)
                sum += signed_value(tile.bits[k][row][c / 32] >> (c % 32), tile.G[row * kTileStride + c]) *
                       tile.scaleOut[k][row];
            reading.partials[(chunk * K + k) * N + j] = sum;
        }
        if (!(reading.trained >> k & 1u)) continue;
        if (k % 2 != group) {
            const float scaleIn = reading.layer.scaleIn[k * N + j];
            double sum = 0.0;
#pragma unroll 2
            for (int row = 0; row < rows; ++row) {
                const double Q = double(tile.G[row * kTileStride + c] * (tile.scaleOut[k][row] * scaleIn));
                sum += Q * Q;
            }
            reading.squarePartials[(chunk * reading.trainedCount + place) * N + j] = sum;
        }
        ++place;
    }
}

/// Of the whole row, in every lane: written by the first.
template <int K>
__device__ __forceinline__ void write_row_sums(const GradientReading& reading, std::int64_t i, bool writes,
                                               const RowSums<K>& sums)
{
    const std::int64_t M = reading.layer.M;
    std::int64_t place = 0;
#pragma unroll
    for (int k = 0; k < K; ++k) {
        const double sum = sum_row_lanes(sums.sum[k]), squares = sum_row_lanes(sums.squares[k]);
        if (writes && reading.gradScaleOut) {
            float& grad = reading.gradScaleOut[k * M + i];
            grad = float(double(grad) + sum);
        }
        if (!(reading.trained >> k & 1u)) continue;
        if (writes) reading.rowSquares[place * M + i] = squares;
        ++place;
    }
}

template <int K> __global__ void __launch_bounds__(kTileThreads, 1) gradient_rows(GradientReading reading)
{
    __shared__ Tile<K> tile;
    const std::int64_t M = reading.layer.M, N = reading.layer.N;
    const std::int64_t first = std::int64_t(blockIdx.x) * kChunkRows;
    const int rows = int(M - first < kChunkRows ? M - first : kChunkRows);
    const int row = int(threadIdx.x) / int(kLanes), lane = int(threadIdx.x) % int(kLanes);
    for (int n = int(threadIdx.x); n < K * int(kChunkRows); n += kTileThreads) {
        const int k = n / int(kChunkRows), r = n % int(kChunkRows);
        tile.scaleOut[k][r] = r < rows ? reading.layer.scaleOut[k * M + first + r] : 0.0f;
    }
    RowSums<K> sums;
    for (std::int64_t column = 0; column < N; column += kTileColumns) {
        load_tile(reading, first, rows, column, tile);
        __syncthreads(); // the tile is written
        if (row < rows) sum_along_row(reading, tile, row, lane, column, sums);
        if ((column + kTileColumns) % kFlushColumns == 0 || column + kTileColumns >= N) {
#pragma unroll
            for (int k = 0; k < K; ++k) {
                sums.sum[k] += double(sums.part[k]);
                sums.part[k] = 0.0f;
            }
        }
        sum_along_columns(reading, tile, rows, column);
        __syncthreads(); // everybody has read: the next tile may come
    }
    write_row_sums(reading, first + row, row < rows && lane == 0, sums);
}

/// gradScaleIn from the sums of all pieces of rows.
__global__ void sum_gradient_chunks(GradientReading reading)
{
    const std::int64_t j = std::int64_t(blockIdx.x) * kBlockThreads + threadIdx.x, k = blockIdx.y;
    const std::int64_t K = reading.layer.K, N = reading.layer.N, chunks = chunk_count(reading.layer.M);
    if (j >= N) return;
    double sum = 0.0;
    for (std::int64_t chunk = 0; chunk < chunks; ++chunk)
        sum += double(reading.partials[(chunk * K + k) * N + j]);
    float& grad = reading.gradScaleIn[k * N + j];
    grad = float(double(grad) + sum);
}

template <int K> void start_reading(const GradientReading& reading, cudaStream_t stream)
{
    if constexpr (K > 1)
        if (reading.layer.K < K) return start_reading<K - 1>(reading, stream);
    BOOLAB_CUDA_LAUNCH(gradient_rows<K>, blocks_of(reading.layer.M, kChunkRows), unsigned(kTileThreads),
                       stream, reading);
}

} // namespace

void read_gradient(const GradientReading& reading, cudaStream_t stream)
{
    const BoolKernels& layer = reading.layer;
    if (layer.M > 0) start_reading<8>(reading, stream);
    if (layer.N > 0 && reading.gradScaleIn)
        BOOLAB_CUDA_LAUNCH(sum_gradient_chunks, dim3(blocks_of(layer.N, kBlockThreads), unsigned(layer.K)),
                           kBlockThreads, stream, reading);
}

} // namespace boolab::kernels::cuda
