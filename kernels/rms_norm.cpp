// SPDX-License-Identifier: Apache-2.0
#include "kernels/rms_norm.h"

#include <cmath>

#include "kernels/aligned_buffer.h"
#include "kernels/bfloat16.h"
#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/rms_norm.cpp"
#include <hwy/foreach_target.h>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

/// sum_j of term(j, n), zero in the lanes after n.
template <class Term> static HWY_INLINE double row_sum(std::int64_t C, const Term& term)
{
    RowSum sum;
    for (std::int64_t block = 0; block < C; block += kFlushColumns) {
        F16 lanes = splat(0.0f);
        for (std::int64_t j = block; j < HWY_MIN(C, block + kFlushColumns); j += kLanes)
            lanes = add(lanes, term(j, columns_at(j, C)));
        sum.flush(lanes);
    }
    return sum_lanes(sum.lanes);
}

static HWY_INLINE F16 rounded_as(const float*, const F16& v)
{
    return v;
}

static HWY_INLINE F16 rounded_as(const std::uint16_t*, const F16& v)
{
    std::uint16_t buffer[kLanes];
    store_bfloat16(v, buffer);
    return load_bfloat16(buffer);
}

template <class T>
static HWY_INLINE void norm_rows(const T* x, const T* weight, std::int64_t begin, std::int64_t end,
                                 std::int64_t C, double eps, T* y, float* inverseRms)
{
    for (std::int64_t r = begin; r < end; ++r) {
        const T* row = x + r * C;
        const double squares = row_sum(C, [&](std::int64_t j, std::int64_t n) {
            const F16 v = load_some(row + j, n);
            return mul(v, v);
        });
        inverseRms[r] = float(1.0 / std::sqrt(squares / double(C) + eps));
        const F16 scale = splat(inverseRms[r]);
        for (std::int64_t j = 0; j < C; j += kLanes) {
            const std::int64_t n = columns_at(j, C);
            const F16 normalised = rounded_as(row, mul(load_some(row + j, n), scale));
            store_some(mul(load_some(weight + j, n), normalised), y + r * C + j, n);
        }
    }
}

/// `sums` (padded C), zeroed, receives these rows' share of the weight's gradient; may be null.
template <class T>
static HWY_INLINE void gradient_rows(const T* x, const T* weight, const float* inverseRms, const T* gradY,
                                     std::int64_t begin, std::int64_t end, std::int64_t C, T* gradX,
                                     float* sums)
{
    for (std::int64_t r = begin; r < end; ++r) {
        const T *row = x + r * C, *grad = gradY + r * C;
        const double products = row_sum(C, [&](std::int64_t j, std::int64_t n) {
            return mul(mul(load_some(weight + j, n), load_some(grad + j, n)), load_some(row + j, n));
        });
        const double inverse = double(inverseRms[r]);
        const F16 scale = splat(inverseRms[r]),
                  pull = splat(float(inverse * inverse * inverse * products / double(C)));
        for (std::int64_t j = 0; j < C; j += kLanes) {
            const std::int64_t n = columns_at(j, C);
            const F16 v = load_some(row + j, n), g = load_some(grad + j, n);
            const F16 direct = mul(mul(load_some(weight + j, n), g), scale);
            store_some(sub(direct, mul(v, pull)), gradX + r * C + j, n);
            if (sums) store(add(load(sums + j), mul(g, rounded_as(row, mul(v, scale)))), sums + j);
        }
    }
}

void norm_rows_f32(const float* x, const float* weight, std::int64_t begin, std::int64_t end, std::int64_t C,
                   double eps, float* y, float* inverseRms)
{
    norm_rows(x, weight, begin, end, C, eps, y, inverseRms);
}

void norm_rows_bf16(const std::uint16_t* x, const std::uint16_t* weight, std::int64_t begin, std::int64_t end,
                    std::int64_t C, double eps, std::uint16_t* y, float* inverseRms)
{
    norm_rows(x, weight, begin, end, C, eps, y, inverseRms);
}

void gradient_rows_f32(const float* x, const float* weight, const float* inverseRms, const float* gradY,
                       std::int64_t begin, std::int64_t end, std::int64_t C, float* gradX, float* sums)
{
    gradient_rows(x, weight, inverseRms, gradY, begin, end, C, gradX, sums);
}

void gradient_rows_bf16(const std::uint16_t* x, const std::uint16_t* weight, const float* inverseRms,
                        const std::uint16_t* gradY, std::int64_t begin, std::int64_t end, std::int64_t C,
                        std::uint16_t* gradX, float* sums)
{
    gradient_rows(x, weight, inverseRms, gradY, begin, end, C, gradX, sums);
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(norm_rows_f32);
HWY_EXPORT(norm_rows_bf16);
HWY_EXPORT(gradient_rows_f32);
HWY_EXPORT(gradient_rows_bf16);

namespace
{

/// rows(begin, end, this chunk's share of the weight's gradient) over all rows, then the sum of the shares.
template <class Rows>
void gradientByChunks(std::int64_t R, std::int64_t C, float* gradWeight, int threads, const Rows& rows)
{
    const std::int64_t width = padded(C), chunks = chunk_count(R);
    AlignedBuffer<float> partials(gradWeight ? chunks * width : 0);
    for_row_chunks(R, threads, [&](std::int64_t chunk, std::int64_t begin, std::int64_t end) {
        rows(begin, end, gradWeight ? partials.data() + chunk * width : nullptr);
    });
    if (!gradWeight) return;
    AlignedBuffer<double> totals(width);
    sum_chunks(partials.data(), chunks, width, C, totals.data(), threads);
    for (std::int64_t j = 0; j < C; ++j)
        gradWeight[j] = float(totals[j]);
}

} // namespace

void rms_norm(const float* x, const float* weight, std::int64_t R, std::int64_t C, double eps, float* y,
              float* inverseRms, int threads)
{
    if (reference_forced()) return rms_norm_ref(x, weight, R, C, eps, y, inverseRms);
    for_row_chunks(R, threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        HWY_DYNAMIC_DISPATCH(norm_rows_f32)(x, weight, begin, end, C, eps, y, inverseRms);
    });
}

void rms_norm(const std::uint16_t* x, const std::uint16_t* weight, std::int64_t R, std::int64_t C, double eps,
              std::uint16_t* y, float* inverseRms, int threads)
{
    if (reference_forced()) return rms_norm_ref(x, weight, R, C, eps, y, inverseRms);
    for_row_chunks(R, threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        HWY_DYNAMIC_DISPATCH(norm_rows_bf16)(x, weight, begin, end, C, eps, y, inverseRms);
    });
}

void rms_norm_gradient(const float* x, const float* weight, const float* inverseRms, const float* gradY,
                       std::int64_t R, std::int64_t C, float* gradX, float* gradWeight, int threads)
{
    if (reference_forced())
        return rms_norm_gradient_ref(x, weight, inverseRms, gradY, R, C, gradX, gradWeight);
    gradientByChunks(R, C, gradWeight, threads, [&](std::int64_t begin, std::int64_t end, float* sums) {
        HWY_DYNAMIC_DISPATCH(gradient_rows_f32)(x, weight, inverseRms, gradY, begin, end, C, gradX, sums);
    });
}

void rms_norm_gradient(const std::uint16_t* x, const std::uint16_t* weight, const float* inverseRms,
                       const std::uint16_t* gradY, std::int64_t R, std::int64_t C, std::uint16_t* gradX,
                       float* gradWeight, int threads)
{
    if (reference_forced())
        return rms_norm_gradient_ref(x, weight, inverseRms, gradY, R, C, gradX, gradWeight);
    gradientByChunks(R, C, gradWeight, threads, [&](std::int64_t begin, std::int64_t end, float* sums) {
        HWY_DYNAMIC_DISPATCH(gradient_rows_bf16)(x, weight, inverseRms, gradY, begin, end, C, gradX, sums);
    });
}

} // namespace boolab::kernels
#endif
