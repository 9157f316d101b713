// SPDX-License-Identifier: Apache-2.0
#include <type_traits>

#include "kernels/cuda/device_sums.h"
#include "kernels/cuda/refine_ops.h"
#include "kernels/cuda/svid_ops.h"

namespace boolab::kernels::cuda
{

namespace
{

/// Places in DeviceScratch::sums.
constexpr int kNormIn = 0, kNormOut = 1;

struct NearestLevel {
    float level;
    float distance;
    unsigned code; ///< bit k - 1 set: minus terms_k
};

/// The nearest level sum_k +-terms_k to `magnitude` by absolute value; the first of equals.
template <int K>
__device__ __forceinline__ NearestLevel nearest_level(const float (&terms)[K], float magnitude)
{
    // Beyond that the levels of all codes at once would not fit into registers.
    [[maybe_unused]] constexpr int kUnrolled = K <= 5 ? 1 << (K - 1) : 16;
    NearestLevel best{0.0f, INFINITY, 0u};
#pragma unroll kUnrolled
    for (unsigned code = 0; code < 1u << (K - 1); ++code) {
        float level = terms[0];
#pragma unroll
        for (int k = 1; k < K; ++k)
            level += code >> (k - 1) & 1u ? -terms[k] : terms[k];
        const float distance = fabsf(magnitude - fabsf(level));
        if (code == 0 || distance < best.distance) best = {level, distance, code};
    }
    return best;
}

template <int K>
__global__ void __launch_bounds__(kBlockThreads)
    assign_rows(const float* W, DeviceLayer layer, const float* weights, double* rowErrors)
{
    const RowLane at = row_lane();
    const std::int64_t M = layer.M, N = layer.N;
    const bool hasRow = at.row < M;
    float u[K], terms[K];
#pragma unroll
    for (int k = 0; k < K; ++k)
        u[k] = hasRow ? layer.scaleOut[k * M + at.row] : 0.0f;
    double sum = 0.0;
    for (std::int64_t block = 0; block < N; block += kFlushColumns) {
        const std::int64_t end = N < block + kFlushColumns ? N : block + kFlushColumns;
        float part = 0.0f;
        for (std::int64_t first = block; first < end; first += kLanes) {
            const std::int64_t j = first + at.lane;
            const bool inside = hasRow && j < N;
            const float w = inside ? W[at.row * N + j] : 0.0f;
#pragma unroll
            for (int k = 0; k < K; ++k)
                terms[k] = u[k] * layer.scaleIn[k * layer.width() + j];
            const NearestLevel best = nearest_level<K>(terms, fabsf(w));
            const unsigned opposite = unsigned(best.level < 0.0f) ^ unsigned(w < 0.0f);
            const unsigned minus = opposite ? ~(best.code << 1) : best.code << 1;
#pragma unroll
            for (int k = 0; k < K; ++k)
                store_signs(!(minus >> k & 1u), inside, at.lane,
                            layer.bits + (k * M + at.row) * layer.words() + first / kLanes);
            if (inside) part += (best.distance * best.distance) * weights[j];
        }
        sum += double(part);
    }
    sum = sum_row_lanes(sum);
    if (hasRow && at.lane == 0) rowErrors[at.row] = sum;
}

/// B_k,ij * x.
__device__ __forceinline__ float signed_by(const DeviceLayer& layer, std::int64_t k, std::int64_t i,
                                           std::int64_t j, float x)
{
    const unsigned word = layer.bits[(k * layer.M + i) * layer.words() + j / kLanes];
    return word >> (j % kLanes) & 1u ? x : -x;
}

/// What kernel `own` has to explain of weight i, j: B_k (W - sum_{l != k} B_l u_l v_l).
template <int K>
__device__ __forceinline__ float left_for_kernel(const DeviceLayer& layer, std::int64_t own, std::int64_t i,
                                                 std::int64_t j, float w, const float (&u)[K],
                                                 const float (&v)[K])
{
    float left = w;
#pragma unroll
    for (int l = 0; l < K; ++l)
        if (l != own) left -= signed_by(layer, l, i, j, u[l] * v[l]);
    return signed_by(layer, own, i, j, left);
}

/// weighted_j = d_j v_j and sums[kNormIn] = sum_j d_j v_j^2. One block.
__global__ void __launch_bounds__(kSumLanes)
    weigh_scale_in(std::int64_t N, const float* weights, const float* scaleIn, float* weighted, double* sums)
{
    const double norm = block_interleaved_sum(N, [=](std::int64_t j) {
        weighted[j] = weights[j] * scaleIn[j];
        return double(weighted[j]) * double(scaleIn[j]);
    });
    if (threadIdx.x == 0) sums[kNormIn] = norm;
}

/// scaleOut_k,i = sum_j d_j T_ij v_j / norm, T as in left_for_kernel.
template <int K>
__global__ void __launch_bounds__(kBlockThreads)
    solve_rows(const float* W, DeviceLayer layer, std::int64_t own, const float* weighted, const double* sums)
{
    const RowLane at = row_lane();
    const std::int64_t M = layer.M, N = layer.N;
    const bool hasRow = at.row < M;
    float u[K];
#pragma unroll
    for (int k = 0; k < K; ++k)
        u[k] = hasRow && k != own ? layer.scaleOut[k * M + at.row] : 0.0f;
    const double sum = sum_row_lanes(lane_sum(hasRow ? N : 0, at.lane, [&](std::int64_t j) {
        float v[K];
#pragma unroll
        for (int k = 0; k < K; ++k)
            v[k] = layer.scaleIn[k * layer.width() + j];
        return left_for_kernel<K>(layer, own, at.row, j, W[at.row * N + j], u, v) * weighted[j];
    }));
    const double norm = sums[kNormIn];
    if (hasRow && at.lane == 0 && norm > 0.0) layer.scaleOut[own * M + at.row] = float(sum / norm);
}

/// sums[kNormOut] = sum_i scaleOut_i^2. One block.
__global__ void __launch_bounds__(kSumLanes)
    square_scale_out(std::int64_t M, const float* scaleOut, double* sums)
{
    const double norm =
        block_interleaved_sum(M, [=](std::int64_t i) { return double(scaleOut[i]) * double(scaleOut[i]); });
    if (threadIdx.x == 0) sums[kNormOut] = norm;
}

/// partials (chunk, j) = sum over the chunk's rows of scaleOut_k,i T_ij.
template <int K>
__global__ void __launch_bounds__(kBlockThreads)
    solve_columns(const float* W, DeviceLayer layer, std::int64_t own, float* partials)
{
    const std::int64_t M = layer.M, N = layer.N;
    const std::int64_t chunk = blockIdx.x, j = std::int64_t(blockIdx.y) * kBlockThreads + threadIdx.x;
    if (j >= N) return;
    float u[K], v[K];
#pragma unroll
    for (int k = 0; k < K; ++k)
        v[k] = layer.scaleIn[k * layer.width() + j];
    const std::int64_t end = M < (chunk + 1) * kChunkRows ? M : (chunk + 1) * kChunkRows;
    float sum = 0.0f;
    for (std::int64_t i = chunk * kChunkRows; i < end; ++i) {
#pragma unroll
        for (int k = 0; k < K; ++k)
            u[k] = layer.scaleOut[k * M + i];
        sum += layer.scaleOut[own * M + i] * left_for_kernel<K>(layer, own, i, j, W[i * N + j], u, v);
    }
    partials[chunk * layer.width() + j] = sum;
}

__global__ void sum_solve_chunks(const float* partials, std::int64_t chunks, std::int64_t N,
                                 const double* sums, float* scaleIn)
{
    const std::int64_t j = std::int64_t(blockIdx.x) * kBlockThreads + threadIdx.x;
    if (j >= N) return;
    double sum = 0.0;
    for (std::int64_t chunk = 0; chunk < chunks; ++chunk)
        sum += double(partials[chunk * padded(N) + j]);
    const double norm = sums[kNormOut];
    if (norm > 0.0) scaleIn[j] = float(sum / norm);
}

/// rowErrors (M, K + 1): sum_j d_j of the squares left after 0 … K kernels; lanes go over into double at
/// once.
template <int K>
__global__ void __launch_bounds__(kBlockThreads)
    error_rows(const float* W, DeviceLayer layer, const float* weights, double* rowErrors)
{
    const RowLane at = row_lane();
    const std::int64_t M = layer.M, N = layer.N;
    const bool hasRow = at.row < M;
    float u[K];
    double left[K + 1] = {};
#pragma unroll
    for (int k = 0; k < K; ++k)
        u[k] = hasRow ? layer.scaleOut[k * M + at.row] : 0.0f;
    for (std::int64_t j = at.lane; hasRow && j < N; j += kLanes) {
        float rest = W[at.row * N + j];
        left[0] += double((rest * rest) * weights[j]);
#pragma unroll
        for (int k = 0; k < K; ++k) {
            rest -= signed_by(layer, k, at.row, j, u[k] * layer.scaleIn[k * layer.width() + j]);
            left[k + 1] += double((rest * rest) * weights[j]);
        }
    }
#pragma unroll
    for (int count = 0; count <= K; ++count) {
        const double sum = sum_row_lanes(left[count]);
        if (hasRow && at.lane == 0) rowErrors[at.row * (K + 1) + count] = sum;
    }
}

/// Calls body with K as a type.
template <class Body> void with_kernels(std::int64_t K, const Body& body)
{
    switch (K) {
    case 1:
        return body(std::integral_constant<int, 1>());
    case 2:
        return body(std::integral_constant<int, 2>());
    case 3:
        return body(std::integral_constant<int, 3>());
    case 4:
        return body(std::integral_constant<int, 4>());
    case 5:
        return body(std::integral_constant<int, 5>());
    case 6:
        return body(std::integral_constant<int, 6>());
    case 7:
        return body(std::integral_constant<int, 7>());
    default:
        return body(std::integral_constant<int, 8>());
    }
}

} // namespace

void assign_signs(const float* W, const DeviceLayer& layer, const DeviceScratch& scratch, cudaStream_t stream)
{
    with_kernels(layer.K, [&](auto K) {
        BOOLAB_CUDA_LAUNCH(assign_rows<decltype(K)::value>, blocks_of(layer.M, kRowsPerBlock), kBlockThreads,
                           stream, W, layer, scratch.weights, scratch.rowErrors);
    });
    sum_row_errors(layer.M, 1, scratch, stream);
}

void solve_kernel(const float* W, const DeviceLayer& layer, std::int64_t k, const DeviceScratch& scratch,
                  cudaStream_t stream)
{
    const unsigned columnBlocks = blocks_of(layer.N, kBlockThreads), chunks = unsigned(chunk_count(layer.M));
    float* scaleIn = layer.scaleIn + k * layer.width();
    BOOLAB_CUDA_LAUNCH(weigh_scale_in, 1u, unsigned(kSumLanes), stream, layer.N, scratch.weights, scaleIn,
                       scratch.rowFactor, scratch.sums);
    with_kernels(layer.K, [&](auto K) {
        BOOLAB_CUDA_LAUNCH(solve_rows<decltype(K)::value>, blocks_of(layer.M, kRowsPerBlock), kBlockThreads,
                           stream, W, layer, k, scratch.rowFactor, scratch.sums);
        BOOLAB_CUDA_LAUNCH(square_scale_out, 1u, unsigned(kSumLanes), stream, layer.M,
                           layer.scaleOut + k * layer.M, scratch.sums);
        BOOLAB_CUDA_LAUNCH(solve_columns<decltype(K)::value>, dim3(chunks, columnBlocks), kBlockThreads,
                           stream, W, layer, k, scratch.partials);
    });
    BOOLAB_CUDA_LAUNCH(sum_solve_chunks, columnBlocks, kBlockThreads, stream, scratch.partials,
                       std::int64_t(chunks), layer.N, scratch.sums, scaleIn);
}

void measure_errors(const float* W, const DeviceLayer& layer, const DeviceScratch& scratch,
                    cudaStream_t stream)
{
    with_kernels(layer.K, [&](auto K) {
        BOOLAB_CUDA_LAUNCH(error_rows<decltype(K)::value>, blocks_of(layer.M, kRowsPerBlock), kBlockThreads,
                           stream, W, layer, scratch.weights, scratch.rowErrors);
    });
    sum_row_errors(layer.M, int(layer.K) + 1, scratch, stream);
}

} // namespace boolab::kernels::cuda
