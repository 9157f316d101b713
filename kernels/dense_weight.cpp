// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense_weight.h"

#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dense_weight.cpp"
#include <hwy/foreach_target.h>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

static HWY_INLINE F16 dense_weight_at(const BoolKernels& layer, std::int64_t i, std::int64_t j,
                                      std::int64_t n)
{
    F16 sum = splat(0.0f);
    for (std::int64_t k = 0; k < layer.K; ++k) {
        const Mask16 plus = mask_of(load_bits(layer.row(k, i), j, n));
        const F16 scaleIn = load_some(layer.scaleIn + k * layer.N + j, n);
        sum = add(sum, signed_by(plus, mul(splat(layer.scaleOut[k * layer.M + i]), scaleIn)));
    }
    return sum;
}

void dense_weight_f32_rows(const BoolKernels& layer, float* W, std::int64_t begin, std::int64_t end)
{
    for (std::int64_t i = begin; i < end; ++i)
        for (std::int64_t j = 0; j < layer.N; j += kLanes) {
            const std::int64_t n = columns_at(j, layer.N);
            store_some(dense_weight_at(layer, i, j, n), W + i * layer.N + j, n);
        }
}

void dense_weight_bf16_rows(const BoolKernels& layer, std::uint16_t* W, std::int64_t begin, std::int64_t end)
{
    for (std::int64_t i = begin; i < end; ++i)
        for (std::int64_t j = 0; j < layer.N; j += kLanes) {
            const std::int64_t n = columns_at(j, layer.N);
            store_some(dense_weight_at(layer, i, j, n), W + i * layer.N + j, n);
        }
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(dense_weight_f32_rows);
HWY_EXPORT(dense_weight_bf16_rows);

void dense_weight_f32(const BoolKernels& layer, float* W, int threads)
{
    if (reference_forced()) return dense_weight_f32_ref(layer, W);
    for_row_chunks(layer.M, threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        HWY_DYNAMIC_DISPATCH(dense_weight_f32_rows)(layer, W, begin, end);
    });
}

void dense_weight_bf16(const BoolKernels& layer, std::uint16_t* W, int threads)
{
    if (reference_forced()) return dense_weight_bf16_ref(layer, W);
    for_row_chunks(layer.M, threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        HWY_DYNAMIC_DISPATCH(dense_weight_bf16_rows)(layer, W, begin, end);
    });
}

} // namespace boolab::kernels
#endif
