// SPDX-License-Identifier: Apache-2.0
// bool_gemm on tensor cores. All long sums are of integers and exact modulo 2^32, in whatever order: what a
// float then multiplies equals the CPU's S bit for bit.
//
// Bit planes (compute capability 8.0 … 9.0, up to four tokens): the 16 bits of q_j are the columns of two B
// matrices of mma.m16n8k256, which counts the places where a plane and a row's bits are both 1; the counts
// times 2^plane, the top one negative, add up to the sum of q_j over the row's bits that are 1. Bytes (any
// device, any number of tokens): the two bytes of q_j + 2^15 are columns of mma.m16n8k32, bits s and s + 4 of
// every byte of weights stand for 2^s or 0 without being moved. Either way S = 2 (sum over ones) - sum of q.
// A row's outliers, which have a step of their own, are added one by one from their bits.
#include "kernels/cuda/device_sums.h"
#include "kernels/cuda/gemm_ops.h"
#include "kernels/cuda/tensor_core.h"

#include <bit>
#include <cmath>

namespace boolab::kernels::cuda
{

namespace
{

constexpr unsigned kWarps = 8, kGemmThreads = 32 * kWarps;
static_assert(kGemmThreads == kFragmentColumns); // quantising: a thread per column of a block
/// What bytes of q are offset by, to be unsigned.
constexpr std::int32_t kByteOffset = 1 << 15;

/// The largest value of a block's threads, in every thread.
__device__ std::int32_t block_max(std::int32_t value)
{
    __shared__ std::int32_t warps[kWarps];
    for (int width = 16; width > 0; width /= 2)
        value = std::max(value, __shfl_xor_sync(kWholeWarp, value, width));
    if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = value;
    __syncthreads(); // every warp's value is written
    for (unsigned warp = 0; warp < kWarps; ++warp)
        value = std::max(value, warps[warp]);
    return value;
}

/// A chunk of 32 columns of q as words of its 16 planes, by a warp.
__device__ void store_bit_planes(std::int32_t q, std::uint32_t* block)
{
    const unsigned lane = threadIdx.x % 32, chunk = threadIdx.x / 32;
    std::uint32_t own = 0;
#pragma unroll
    for (unsigned plane = 0; plane < 16; ++plane) {
        const std::uint32_t word = __ballot_sync(kWholeWarp, q >> plane & 1);
        if (lane == plane) own = word;
    }
    if (lane < 16) block[(lane % 8 * 4 + chunk % 4) * 4 + lane / 8 * 2 + chunk / 4] = own;
}

/// One column of q as two bytes: [pair of bits s][low, high][t][s % 2][half of the block][byte of the word].
__device__ void store_bytes(std::int32_t q, std::uint8_t* block)
{
    const unsigned column = threadIdx.x, s = column % 8, byte = column / 8 % 4, t = column / 32 % 4;
    std::uint8_t* place = block + s / 2 * 128 + t * 16 + s % 2 * 8 + column / 128 * 4 + byte;
    const auto value = std::uint32_t(q + kByteOffset);
    place[0] = std::uint8_t(value);
    place[64] = std::uint8_t(value >> 8);
}

__device__ __forceinline__ std::int32_t quantized(float v, const RowScale& scale)
{
    return scale.inverse == 0.0f ? 0 : std::int32_t(nearbyintf(v * scale.lift * scale.inverse));
}

/// v of one token and kernel.
struct WholeRow {
    const float* scaleIn;
    const float* x;
    std::int64_t N;

    __device__ float operator()(std::int64_t j) const { return scaleIn[j] * x[j]; }
};

/// The same with 0 for what is an outlier where `scale` quantises it.
struct RestOfRow {
    WholeRow whole;
    RowScale scale;
    std::int32_t limit;
    std::int64_t N = whole.N;

    __device__ float operator()(std::int64_t j) const
    {
        const float v = whole(j);
        return energy_of(quantized(v, scale)) > limit ? 0.0f : v;
    }
};

/// How a block quantises a row, from its largest magnitude.
template <class Row> __device__ RowScale scale_of(const Row& row)
{
    std::int32_t largest = 0; // of magnitudes' bits, as in kernels/quantize_row.h
    for (std::int64_t j = threadIdx.x; j < row.N; j += kGemmThreads)
        largest = std::max(largest, std::bit_cast<std::int32_t>(fabsf(row(j))));
    return row_scale(std::bit_cast<float>(block_max(largest)), largest_activation(row.N));
}

/// A thread's share of a row's sums.
struct RowSums {
    std::uint32_t q = 0, energy = 0;
};

template <bool kAsBits, class Row>
__device__ RowSums store_row(const Row& row, const RowScale& scale, uint4* fragments)
{
    RowSums own;
    for (std::int64_t first = 0; first < row.N; first += kFragmentColumns) {
        const std::int64_t j = first + threadIdx.x;
        const std::int32_t q = j < row.N ? quantized(row(j), scale) : 0;
        own.q += std::uint32_t(q);
        own.energy += std::uint32_t(energy_of(q));
        if (kAsBits)
            store_bit_planes(q, reinterpret_cast<std::uint32_t*>(fragments));
        else
            store_bytes(q, reinterpret_cast<std::uint8_t*>(fragments));
        fragments += kFragmentLanes;
    }
    return own;
}

/// Writes a row's outliers in the order of their columns; how many.
__device__ std::int32_t list_outliers(const WholeRow& row, const RowScale& scale, std::int32_t limit,
                                      DeviceOutlier* to)
{
    __shared__ std::int32_t counts[kWarps];
    const unsigned warp = threadIdx.x / 32, before = (1u << threadIdx.x % 32) - 1;
    std::int32_t listed = 0;
    for (std::int64_t first = 0; first < row.N; first += kFragmentColumns) {
        const std::int64_t j = first + threadIdx.x;
        const std::int32_t q = j < row.N ? quantized(row(j), scale) : 0;
        const bool outlier = energy_of(q) > limit;
        const unsigned lanes = __ballot_sync(kWholeWarp, outlier);
        if (threadIdx.x % 32 == 0) counts[warp] = __popc(lanes);
        __syncthreads(); // every warp has counted
        std::int32_t place = listed + __popc(lanes & before);
        for (unsigned other = 0; other < kWarps; ++other) {
            if (other < warp) place += counts[other];
            listed += counts[other];
        }
        if (outlier) to[place] = {std::int32_t(j), q};
        __syncthreads(); // everybody has read the counts
    }
    return listed;
}

/// Block (t, k) quantises token t for kernel k.
template <bool kAsBits>
__global__ void __launch_bounds__(kGemmThreads)
    quantize_token(DevicePackedLayer layer, const float* x, DeviceActivations to)
{
    __shared__ std::uint32_t wholeSum, energy, restSum;
    const std::int64_t N = layer.N, at = blockIdx.y * gridDim.x + blockIdx.x;
    const WholeRow whole{layer.scaleIn + blockIdx.y * N, x + blockIdx.x * N, N};
    uint4* fragments = to.fragments + at * fragment_blocks(N) * kFragmentLanes;
    if (threadIdx.x == 0) wholeSum = energy = restSum = 0;
    const RowScale scale = scale_of(whole); // has a barrier: the sums are zero
    const RowSums own = store_row<kAsBits>(whole, scale, fragments);
    atomicAdd(&wholeSum, own.q);
    atomicAdd(&energy, own.energy);
    __syncthreads(); // every thread has added
    DeviceRow row{scale.step, {}, wholeSum, 0};
    const std::int32_t limit = outlier_limit(N, std::int32_t(energy));
    if (has_outliers(scale, largest_activation(N), limit)) { // all threads or none
        row.outlierStep = scale.step;
        row.outliers = list_outliers(whole, scale, limit, to.outliers + at * most_outliers(N));
        const RestOfRow rest{whole, scale, limit};
        const RowScale restScale = scale_of(rest);
        atomicAdd(&restSum, store_row<kAsBits>(rest, restScale, fragments).q);
        __syncthreads(); // every thread has added
        row.step = restScale.step;
        row.sum = restSum;
    }
    if (threadIdx.x == 0) to.rows[at] = row;
}

/// Sums over the ones of 16 rows, for kTokens tokens, as a warp gathers them from bit planes.
template <int kTokensAtOnce> struct BitSums {
    static constexpr int kTokens = kTokensAtOnce;
    static constexpr bool kAsBits = true;
    std::int32_t counts[kTokens][2][4] = {};

    /// fragments: those of the first token in this block of columns; `stride` to the next token's.
    __device__ __forceinline__ void add(const uint4& weights, const uint4* fragments, std::int64_t stride,
                                        int lastToken)
    {
        const std::uint32_t a[4] = {weights.x, weights.y, weights.z, weights.w};
#pragma unroll
        for (int token = 0; token < kTokens; ++token) {
            const uint4 planes = fragments[std::min(token, lastToken) * stride + threadIdx.x % 32];
            mma_bits(counts[token][0], a, planes.x, planes.y);
            mma_bits(counts[token][1], a, planes.z, planes.w);
        }
    }

    /// sums (kTokens, 16) += what was gathered.
    __device__ __forceinline__ void flush(std::uint32_t* sums) const
    {
        const unsigned lane = threadIdx.x % 32, plane = lane % 4 * 2;
#pragma unroll
        for (int token = 0; token < kTokens; ++token)
#pragma unroll
            for (int half = 0; half < 2; ++half) {
                const auto count = [&](int group, int column) {
                    return std::uint32_t(counts[token][group][half * 2 + column]);
                };
                const std::uint32_t top = count(1, 1) << (plane + 9);
                std::uint32_t sum = (count(0, 0) << plane) + (count(0, 1) << (plane + 1)) +
                                    (count(1, 0) << (plane + 8)) + (plane == 6 ? 0u - top : top);
                sum += __shfl_xor_sync(kWholeWarp, sum, 1);
                sum += __shfl_xor_sync(kWholeWarp, sum, 2);
                if (lane % 4 == 0) atomicAdd(&sums[token * kFragmentRows + lane / 4 + half * 8], sum);
            }
    }
};

/// The same from bytes; a multiple of four tokens.
template <int kTokensAtOnce> struct ByteSums {
    static constexpr int kTokens = kTokensAtOnce;
    static constexpr bool kAsBits = false;
    std::int32_t products[kTokens / 4][4][4] = {}; ///< [four tokens][s: worth 2^s]

    __device__ __forceinline__ void add(const uint4& weights, const uint4* fragments, std::int64_t stride,
                                        int lastToken)
    {
        const unsigned lane = threadIdx.x % 32, column = lane / 4;
        std::uint32_t a[4] = {weights.x, weights.y, weights.z, weights.w};
#pragma unroll
        for (int pair = 0; pair < 4; ++pair) {
            if (pair == 2) // bits 4 … 7 to where bits 0 … 3 were
                for (std::uint32_t& word : a)
                    word >>= 4;
            const std::uint32_t mask = 0x01010101u << pair % 2 * 2;
            const std::uint32_t first[4] = {a[0] & mask, a[1] & mask, a[2] & mask, a[3] & mask};
            const std::uint32_t second[4] = {a[0] & mask << 1, a[1] & mask << 1, a[2] & mask << 1,
                                             a[3] & mask << 1};
#pragma unroll
            for (int four = 0; four < kTokens / 4; ++four) {
                const int token = std::min(four * 4 + int(column / 2), lastToken);
                const uint4 bytes = fragments[token * stride + pair * 8 + column % 2 * 4 + lane % 4];
                mma_bytes(products[four][pair % 2 * 2], first, bytes.x, bytes.y);
                mma_bytes(products[four][pair % 2 * 2 + 1], second, bytes.z, bytes.w);
            }
        }
    }

    __device__ __forceinline__ void flush(std::uint32_t* sums) const
    {
        const unsigned lane = threadIdx.x % 32;
#pragma unroll
        for (int four = 0; four < kTokens / 4; ++four)
#pragma unroll
            for (int half = 0; half < 2; ++half) {
                std::uint32_t sum = 0;
#pragma unroll
                for (int s = 0; s < 4; ++s) {
                    const std::int32_t* product = products[four][s] + half * 2;
                    sum += (std::uint32_t(product[0]) >> s) + (std::uint32_t(product[1]) >> s << 8);
                }
                atomicAdd(&sums[(four * 4 + lane % 4) * kFragmentRows + lane / 4 + half * 8], sum);
            }
    }
};

/// sum_j B_k,ij q_j over a token's outliers.
__device__ std::int32_t outlier_sum(const DevicePackedLayer& layer, std::int64_t k, std::int64_t i,
                                    const DeviceOutlier* outliers, std::int32_t count)
{
    const auto* bits = reinterpret_cast<const std::uint8_t*>(layer.bits);
    std::int32_t sum = 0;
    for (std::int32_t one = 0; one < count; ++one) {
        const std::int32_t column = outliers[one].column, q = outliers[one].q;
        const std::uint8_t byte = bits[fragment_place(layer.K, layer.N, k, i, column / 8)];
        sum += byte >> column % 8 & 1 ? q : -q;
    }
    return sum;
}

__device__ __forceinline__ float scaled(float scaleOut, std::int32_t S, const RowStep& step)
{
    return scaleOut * (step.size * float(S)) * step.drop;
}

/// y = 0 + one or two terms per kernel, as kernels/bool_gemm_ref.cpp adds them.
template <class Sums>
__device__ float scaled_sum(const DevicePackedLayer& layer, const DeviceActivations& activations,
                            std::int64_t T, std::int64_t i, std::int64_t t, const std::uint32_t* sums)
{
    float y = 0.0f;
    for (std::int64_t k = 0; k < layer.K; ++k) {
        std::uint32_t ones = sums[k * Sums::kTokens * kFragmentRows];
        if (!Sums::kAsBits) ones -= std::uint32_t(kByteOffset) * layer.ones[k * layer.M + i];
        const std::int64_t at = k * T + t;
        const DeviceRow& row = activations.rows[at];
        const float scaleOut = layer.scaleOut[k * layer.M + i];
        y += scaled(scaleOut, std::int32_t(2 * ones - row.sum), row.step);
        if (row.outliers == 0) continue;
        const DeviceOutlier* outliers = activations.outliers + at * most_outliers(layer.N);
        y += scaled(scaleOut, outlier_sum(layer, k, i, outliers, row.outliers), row.outlierStep);
    }
    return y;
}

/// A block takes 16 rows and Sums::kTokens tokens; neighbours take the same rows, so that their bits come
/// from the second cache. Its warps share the blocks of columns of all kernels out evenly.
template <class Sums>
__device__ __forceinline__ void gemm_rows(const DevicePackedLayer& layer,
                                          const DeviceActivations& activations, std::int64_t T, float* y)
{
    constexpr int kTokens = Sums::kTokens;
    __shared__ std::uint32_t sums[kMaxPackedKernels * kTokens * kFragmentRows];
    for (unsigned i = threadIdx.x; i < kMaxPackedKernels * kTokens * kFragmentRows; i += kGemmThreads)
        sums[i] = 0;
    __syncthreads(); // the sums are zero

    const unsigned groups = unsigned((T + kTokens - 1) / kTokens), warp = threadIdx.x / 32;
    const std::int64_t tile = blockIdx.x / groups, firstToken = blockIdx.x % groups * kTokens;
    const int lastToken = int(std::min<std::int64_t>(kTokens, T - firstToken)) - 1;
    const int blocks = int(fragment_blocks(layer.N)), items = int(layer.K) * blocks;
    const uint4* weights = layer.bits + tile * items * kFragmentLanes + threadIdx.x % 32;
    const std::int64_t stride = blocks * kFragmentLanes;
    const int last = int(std::int64_t(items) * (warp + 1) / kWarps);
    for (int item = int(std::int64_t(items) * warp / kWarps); item < last;) {
        const int k = item / blocks, end = std::min(last, (k + 1) * blocks);
        const uint4* fragments =
            activations.fragments + (k * T + firstToken) * stride - std::int64_t(k) * stride;
        Sums own;
#pragma unroll(kTokens > 4 ? 1 : kTokens > 2 ? 2 : 4) // loads in flight against registers
        for (; item < end; ++item)
            own.add(load_once(weights + item * kFragmentLanes), fragments + item * kFragmentLanes, stride,
                    lastToken);
        own.flush(sums + k * kTokens * kFragmentRows);
    }
    __syncthreads(); // every warp has added

    const std::int64_t i = tile * kFragmentRows + threadIdx.x % kFragmentRows;
    const int token = int(threadIdx.x / kFragmentRows);
    if (i < layer.M && token <= lastToken)
        y[(firstToken + token) * layer.M + i] =
            scaled_sum<Sums>(layer, activations, T, i, firstToken + token, sums + threadIdx.x);
}

template <int kTokens>
__global__ void __launch_bounds__(kGemmThreads)
    gemm_bit_planes(DevicePackedLayer layer, DeviceActivations activations, std::int64_t T, float* y)
{
    gemm_rows<BitSums<kTokens>>(layer, activations, T, y);
}

template <int kTokens>
__global__ void __launch_bounds__(kGemmThreads)
    gemm_bytes(DevicePackedLayer layer, DeviceActivations activations, std::int64_t T, float* y)
{
    gemm_rows<ByteSums<kTokens>>(layer, activations, T, y);
}

/// Thread blocks of gemm_rows for `tokens` tokens at once.
unsigned gemm_blocks(const DevicePackedLayer& layer, std::int64_t T, std::int64_t tokens)
{
    return unsigned(fragment_tiles(layer.M)) * blocks_of(T, tokens);
}

} // namespace

void quantize_tokens(const DevicePackedLayer& layer, const float* x, std::int64_t T, bool asBits,
                     const DeviceActivations& to, cudaStream_t stream)
{
    const dim3 grid(static_cast<unsigned>(T), static_cast<unsigned>(layer.K));
    if (asBits)
        BOOLAB_CUDA_LAUNCH(quantize_token<true>, grid, kGemmThreads, stream, layer, x, to);
    else
        BOOLAB_CUDA_LAUNCH(quantize_token<false>, grid, kGemmThreads, stream, layer, x, to);
}

void multiply_tokens(const DevicePackedLayer& layer, const DeviceActivations& activations, std::int64_t T,
                     bool asBits, float* y, cudaStream_t stream)
{
    if (!asBits && T <= 4)
        BOOLAB_CUDA_LAUNCH(gemm_bytes<4>, gemm_blocks(layer, T, 4), kGemmThreads, stream, layer, activations,
                           T, y);
    else if (!asBits)
        BOOLAB_CUDA_LAUNCH(gemm_bytes<8>, gemm_blocks(layer, T, 8), kGemmThreads, stream, layer, activations,
                           T, y);
    else if (T == 1)
        BOOLAB_CUDA_LAUNCH(gemm_bit_planes<1>, gemm_blocks(layer, T, 1), kGemmThreads, stream, layer,
                           activations, T, y);
    else if (T == 2)
        BOOLAB_CUDA_LAUNCH(gemm_bit_planes<2>, gemm_blocks(layer, T, 2), kGemmThreads, stream, layer,
                           activations, T, y);
    else
        BOOLAB_CUDA_LAUNCH(gemm_bit_planes<4>, gemm_blocks(layer, T, 4), kGemmThreads, stream, layer,
                           activations, T, y);
}

} // namespace boolab::kernels::cuda
