// SPDX-License-Identifier: Apache-2.0
#include "kernels/scale_gradient.h"

#include "kernels/aligned_buffer.h"
#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/scale_gradient.cpp"
#include <hwy/foreach_target.h>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

/// Row i of kernel k: returns sum_j B G scaleIn, adds B G scaleOut to `columns` (padded N).
static HWY_INLINE double scale_gradient_row(const BoolKernels& layer, std::int64_t k, std::int64_t i,
                                            const float* G, float* columns)
{
    const std::uint8_t* bits = layer.row(k, i);
    const float* scaleIn = layer.scaleIn + k * layer.N;
    const F16 scaleOut = splat(layer.scaleOut[k * layer.M + i]);
    RowSum sum;
    for (std::int64_t block = 0; block < layer.N; block += kFlushColumns) {
        F16 lanes = splat(0.0f);
        for (std::int64_t j = block; j < HWY_MIN(layer.N, block + kFlushColumns); j += kLanes) {
            const std::int64_t n = columns_at(j, layer.N);
            const F16 signedG = signed_by(mask_of(load_bits(bits, j, n)), load_some(G + j, n));
            lanes = add(lanes, mul(signedG, load_some(scaleIn + j, n)));
            store(add(load(columns + j), mul(signedG, scaleOut)), columns + j);
        }
        sum.flush(lanes);
    }
    return sum_lanes(sum.lanes);
}

/// Rows begin … end - 1; `columns` (K, padded N), zeroed, receives this piece's sums along columns.
void scale_gradient_rows(const BoolKernels& layer, const float* G, std::int64_t begin, std::int64_t end,
                         float* gradScaleOut, float* columns)
{
    for (std::int64_t i = begin; i < end; ++i)
        for (std::int64_t k = 0; k < layer.K; ++k) {
            const double sum =
                scale_gradient_row(layer, k, i, G + i * layer.N, columns + k * padded(layer.N));
            float& grad = gradScaleOut[k * layer.M + i];
            grad = float(double(grad) + sum);
        }
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(scale_gradient_rows);

void scale_gradient(const BoolKernels& layer, const float* G, float* gradScaleOut, float* gradScaleIn,
                    int threads)
{
    if (reference_forced()) return scale_gradient_ref(layer, G, gradScaleOut, gradScaleIn);
    const std::int64_t width = layer.K * padded(layer.N), chunks = chunk_count(layer.M);
    AlignedBuffer<float> partials(chunks * width);
    for_row_chunks(layer.M, threads, [&](std::int64_t chunk, std::int64_t begin, std::int64_t end) {
        HWY_DYNAMIC_DISPATCH(scale_gradient_rows)
        (layer, G, begin, end, gradScaleOut, partials.data() + chunk * width);
    });
    AlignedBuffer<double> totals(width);
    sum_chunks(partials.data(), chunks, width, width, totals.data(), threads);
    for (std::int64_t k = 0; k < layer.K; ++k)
        for (std::int64_t j = 0; j < layer.N; ++j) {
            float& grad = gradScaleIn[k * layer.N + j];
            grad = float(double(grad) + totals[k * padded(layer.N) + j]);
        }
}

} // namespace boolab::kernels
#endif
