// SPDX-License-Identifier: Apache-2.0
#include "kernels/bfloat16.h"
#include "kernels/cuda/dense_ops.h"
#include "kernels/cuda/device_sums.h"

namespace boolab::kernels::cuda
{

namespace
{

constexpr unsigned kDenseThreads = unsigned(kFragmentColumns);

struct DenseSource {
    DevicePackedLayer layer; ///< bits only where they lie in fragments
    const std::uint8_t* rows = nullptr;
};

/// The bit of row i, column j of kernel k; a warp's threads share a row's word.
template <bool kFragments>
__device__ bool is_plus(const DenseSource& source, std::int64_t k, std::int64_t i, std::int64_t j)
{
    const DevicePackedLayer& layer = source.layer;
    if (!kFragments) return source.rows[(k * layer.M + i) * row_bytes(layer.N) + j / 8] >> (j % 8) & 1;
    const std::int64_t place = fragment_place(layer.K, layer.N, k, i, j / 32 * 4);
    return reinterpret_cast<const std::uint32_t*>(layer.bits)[place / 4] >> (j % 32) & 1;
}

/// A block takes a tile of 16 rows, a thread one of its columns, whose scales it keeps.
template <bool kFragments, bool kRounded>
__global__ void __launch_bounds__(kDenseThreads) dense_rows(DenseSource source, void* W)
{
    const DevicePackedLayer& layer = source.layer;
    const std::int64_t j = std::int64_t(blockIdx.x) * kDenseThreads + threadIdx.x;
    const std::int64_t first = std::int64_t(blockIdx.y) * kFragmentRows;
    if (j >= layer.N) return;
    float scaleIn[kMaxPackedKernels];
#pragma unroll
    for (int k = 0; k < kMaxPackedKernels; ++k)
        scaleIn[k] = k < layer.K ? layer.scaleIn[k * layer.N + j] : 0.0f;
    for (std::int64_t i = first; i < std::min(layer.M, first + kFragmentRows); ++i) {
        float sum = 0.0f;
#pragma unroll
        for (int k = 0; k < kMaxPackedKernels; ++k) {
            if (k >= layer.K) break;
            const float scale = layer.scaleOut[k * layer.M + i] * scaleIn[k];
            sum += is_plus<kFragments>(source, k, i, j) ? scale : -scale;
        }
        if (kRounded)
            static_cast<std::uint16_t*>(W)[i * layer.N + j] = float_to_bfloat16(sum);
        else
            static_cast<float*>(W)[i * layer.N + j] = sum;
    }
}

template <bool kFragments> void start(const DenseSource& source, bool rounded, void* W, cudaStream_t stream)
{
    const dim3 grid(static_cast<unsigned>(fragment_blocks(source.layer.N)),
                    static_cast<unsigned>(fragment_tiles(source.layer.M)));
    if (rounded)
        BOOLAB_CUDA_LAUNCH((dense_rows<kFragments, true>), grid, kDenseThreads, stream, source, W);
    else
        BOOLAB_CUDA_LAUNCH((dense_rows<kFragments, false>), grid, kDenseThreads, stream, source, W);
}

} // namespace

void dense_from_fragments(const DevicePackedLayer& layer, bool rounded, void* W, cudaStream_t stream)
{
    start<true>({layer}, rounded, W, stream);
}

void dense_from_rows(const BoolKernels& layer, bool rounded, void* W, cudaStream_t stream)
{
    start<false>({{layer.K, layer.M, layer.N, nullptr, nullptr, layer.scaleOut, layer.scaleIn}, layer.bits},
                 rounded, W, stream);
}

} // namespace boolab::kernels::cuda
