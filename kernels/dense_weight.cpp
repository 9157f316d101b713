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

/// Nearest, ties to even; a NaN stays a (quiet) NaN.
static HWY_INLINE void store_bfloat16(const F16& v, std::uint16_t* x)
{
    const UintTag du;
    BOOLAB_EACH_PART
    {
        const auto bits = hn::BitCast(du, v.part[p]);
        const auto high = hn::ShiftRight<16>(bits);
        const auto odd = hn::And(high, hn::Set(du, 1));
        const auto rounded = hn::ShiftRight<16>(hn::Add(hn::Add(bits, hn::Set(du, 0x7fff)), odd));
        const auto quiet = hn::Or(high, hn::Set(du, 0x40));
        const auto result = hn::IfThenElse(hn::RebindMask(du, hn::IsNaN(v.part[p])), quiet, rounded);
        hn::StoreU(hn::DemoteTo(HalfWordTag(), hn::BitCast(IntTag(), result)), HalfWordTag(), x + p * kWidth);
    }
}

void dense_weight_bf16_rows(const BoolKernels& layer, std::uint16_t* W, std::int64_t begin, std::int64_t end)
{
    for (std::int64_t i = begin; i < end; ++i)
        for (std::int64_t j = 0; j < layer.N; j += kLanes) {
            const std::int64_t n = columns_at(j, layer.N);
            const F16 weight = dense_weight_at(layer, i, j, n);
            std::uint16_t* out = W + i * layer.N + j;
            if (HWY_LIKELY(n == kLanes)) {
                store_bfloat16(weight, out);
            } else {
                std::uint16_t buffer[kLanes];
                store_bfloat16(weight, buffer);
                std::memcpy(out, buffer, std::size_t(n) * sizeof(std::uint16_t));
            }
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
