// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "kernels/cuda/device_sums.h"
#include "kernels/cuda/svid_ops.h"

namespace boolab::kernels::cuda
{

namespace
{

__global__ void fill_start(std::int64_t N, const double* roots, double* v, float* rowFactor, double start)
{
    const std::int64_t j = std::int64_t(blockIdx.x) * kBlockThreads + threadIdx.x;
    if (j >= N) return;
    v[j] = start;
    rowFactor[j] = float(start * roots[j]);
}

/// u_i = sum_j |R_ij| rowFactor_j.
__global__ void __launch_bounds__(kBlockThreads)
    power_rows(const float* R, std::int64_t M, std::int64_t N, const float* rowFactor, double* u)
{
    const RowLane at = row_lane();
    const float* row = R + at.row * N;
    const double sum =
        lane_sum(at.row < M ? N : 0, at.lane, [=](std::int64_t j) { return fabsf(row[j]) * rowFactor[j]; });
    const double whole = sum_row_lanes(sum);
    if (at.row < M && at.lane == 0) u[at.row] = whole;
}

/// partials (chunk, j) = sum over the chunk's rows of |R_ij| u_i.
__global__ void __launch_bounds__(kBlockThreads)
    power_columns(const float* R, std::int64_t M, std::int64_t N, const double* u, float* partials)
{
    const std::int64_t chunk = blockIdx.x, j = std::int64_t(blockIdx.y) * kBlockThreads + threadIdx.x;
    if (j >= N) return;
    const std::int64_t end = M < (chunk + 1) * kChunkRows ? M : (chunk + 1) * kChunkRows;
    float sum = 0.0f;
    for (std::int64_t i = chunk * kChunkRows; i < end; ++i)
        sum += fabsf(R[i * N + j]) * float(u[i]);
    partials[chunk * padded(N) + j] = sum;
}

__global__ void sum_power_chunks(const float* partials, std::int64_t chunks, std::int64_t N,
                                 const double* roots, double* columns)
{
    const std::int64_t j = std::int64_t(blockIdx.x) * kBlockThreads + threadIdx.x;
    if (j >= N) return;
    double sum = 0.0;
    for (std::int64_t chunk = 0; chunk < chunks; ++chunk)
        sum += double(partials[chunk * padded(N) + j]);
    columns[j] = sum * roots[j];
}

/// One block.
__global__ void __launch_bounds__(kSumLanes)
    normalise(std::int64_t N, const double* columns, const double* roots, double* v, float* rowFactor,
              double* sums)
{
    const double length =
        sqrt(block_interleaved_sum(N, [=](std::int64_t j) { return columns[j] * columns[j]; }));
    const double moved = block_interleaved_sum(length > 0.0 ? N : 0, [=](std::int64_t j) {
        const double next = columns[j] / length, step = next - v[j];
        v[j] = next;
        rowFactor[j] = float(next * roots[j]);
        return step * step;
    });
    if (threadIdx.x != 0) return;
    sums[kColumnsLength] = length;
    sums[kMoved] = sqrt(moved);
}

/// One block.
__global__ void __launch_bounds__(kSumLanes)
    write_scales(std::int64_t M, std::int64_t N, const double* u, const double* v, const double* roots,
                 const double* sums, float* scaleOut, float* scaleIn)
{
    const double lengthU = sqrt(block_interleaved_sum(M, [=](std::int64_t i) { return u[i] * u[i]; }));
    const double sigma = lengthU > 0.0 ? sums[kColumnsLength] / lengthU : 0.0;
    const double root = sqrt(sigma);
    for (std::int64_t i = threadIdx.x; i < M; i += kSumLanes)
        scaleOut[i] = sigma > 0.0 ? float(u[i] * (root / lengthU)) : 0.0f;
    for (std::int64_t j = threadIdx.x; j < N; j += kSumLanes)
        scaleIn[j] = sigma > 0.0 ? float(v[j] * root / roots[j]) : 0.0f;
}

/// What one row's lane takes from R: signs to `words`, the rest to `next`.
__global__ void __launch_bounds__(kBlockThreads)
    subtract_rows(const float* R, float* next, DeviceLayer layer, std::int64_t k, const float* weights,
                  double* rowErrors)
{
    const RowLane at = row_lane();
    const std::int64_t N = layer.N;
    const bool hasRow = at.row < layer.M;
    const float* scaleIn = layer.scaleIn + k * layer.width();
    const float scaleOut = hasRow ? layer.scaleOut[k * layer.M + at.row] : 0.0f;
    std::uint16_t* words = layer.bits + (k * layer.M + at.row) * layer.words();
    double before = 0.0, after = 0.0;
    for (std::int64_t block = 0; block < N; block += kFlushColumns) {
        const std::int64_t end = N < block + kFlushColumns ? N : block + kFlushColumns;
        float partBefore = 0.0f, partAfter = 0.0f;
        for (std::int64_t first = block; first < end; first += kLanes) {
            const std::int64_t j = first + at.lane;
            const bool inside = hasRow && j < N;
            const float r = inside ? R[at.row * N + j] : 0.0f;
            const bool plus = r >= 0.0f;
            store_signs(plus, inside, at.lane, words + first / kLanes);
            if (!inside) continue;
            const float term = scaleOut * scaleIn[j];
            const float rest = r - (plus ? term : -term);
            next[at.row * N + j] = rest;
            partBefore += (r * r) * weights[j];
            partAfter += (rest * rest) * weights[j];
        }
        before += double(partBefore);
        after += double(partAfter);
    }
    before = sum_row_lanes(before);
    after = sum_row_lanes(after);
    if (!hasRow || at.lane != 0) return;
    rowErrors[at.row * 2] = before;
    rowErrors[at.row * 2 + 1] = after;
}

/// One block per sum.
__global__ void __launch_bounds__(kSumLanes)
    sum_vectors(std::int64_t M, const double* values, std::int64_t count, double* sums)
{
    const std::int64_t b = blockIdx.x;
    const double sum = block_interleaved_sum(M, [=](std::int64_t i) { return values[i * count + b]; });
    if (threadIdx.x == 0) sums[b] = sum;
}

} // namespace

void start_power(const DeviceLayer& layer, const DeviceScratch& scratch, cudaStream_t stream)
{
    BOOLAB_CUDA_LAUNCH(fill_start, blocks_of(layer.N, kBlockThreads), kBlockThreads, stream, layer.N,
                       scratch.roots, scratch.v, scratch.rowFactor, 1.0 / std::sqrt(double(layer.N)));
}

void power_step(const float* R, const DeviceLayer& layer, const DeviceScratch& scratch, cudaStream_t stream)
{
    const std::int64_t M = layer.M, N = layer.N;
    const unsigned columnBlocks = blocks_of(N, kBlockThreads), chunks = unsigned(chunk_count(M));
    BOOLAB_CUDA_LAUNCH(power_rows, blocks_of(M, kRowsPerBlock), kBlockThreads, stream, R, M, N,
                       scratch.rowFactor, scratch.u);
    BOOLAB_CUDA_LAUNCH(power_columns, dim3(chunks, columnBlocks), kBlockThreads, stream, R, M, N, scratch.u,
                       scratch.partials);
    BOOLAB_CUDA_LAUNCH(sum_power_chunks, columnBlocks, kBlockThreads, stream, scratch.partials,
                       std::int64_t(chunks), N, scratch.roots, scratch.columns);
    BOOLAB_CUDA_LAUNCH(normalise, 1u, unsigned(kSumLanes), stream, N, scratch.columns, scratch.roots,
                       scratch.v, scratch.rowFactor, scratch.sums);
}

void rank_one_scales(const DeviceLayer& layer, std::int64_t k, const DeviceScratch& scratch,
                     cudaStream_t stream)
{
    BOOLAB_CUDA_LAUNCH(write_scales, 1u, unsigned(kSumLanes), stream, layer.M, layer.N, scratch.u, scratch.v,
                       scratch.roots, scratch.sums, layer.scaleOut + k * layer.M,
                       layer.scaleIn + k * layer.width());
}

void subtract_kernel(const float* R, const DeviceLayer& layer, std::int64_t k, const DeviceScratch& scratch,
                     cudaStream_t stream)
{
    BOOLAB_CUDA_LAUNCH(subtract_rows, blocks_of(layer.M, kRowsPerBlock), kBlockThreads, stream, R,
                       scratch.residual, layer, k, scratch.weights, scratch.rowErrors);
    sum_row_errors(layer.M, 2, scratch, stream);
}

void sum_row_errors(std::int64_t M, int count, const DeviceScratch& scratch, cudaStream_t stream)
{
    BOOLAB_CUDA_LAUNCH(sum_vectors, unsigned(count), unsigned(kSumLanes), stream, M, scratch.rowErrors,
                       std::int64_t(count), scratch.sums);
}

} // namespace boolab::kernels::cuda
