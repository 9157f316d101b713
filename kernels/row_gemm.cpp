// SPDX-License-Identifier: Apache-2.0
#include "kernels/row_gemm.h"

#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/row_gemm.cpp"
#include <hwy/foreach_target.h>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

/// Rows that share every load of x.
constexpr std::int64_t kRows = 4;

static HWY_INLINE F16 load_some(const std::int8_t* x, std::int64_t n)
{
    const hn::Rebind<std::int8_t, IntTag> d8;
    std::int8_t buffer[kLanes] = {};
    if (HWY_UNLIKELY(n < kLanes)) {
        std::memcpy(buffer, x, std::size_t(n));
        x = buffer;
    }
    F16 r;
    BOOLAB_EACH_PART r.part[p] =
        hn::ConvertTo(FloatTag(), hn::PromoteTo(IntTag(), hn::LoadU(d8, x + p * kWidth)));
    return r;
}

/// sums (kRows): products of `count` rows with one token.
template <class T>
static HWY_INLINE void dot_rows(const RowMatrix& W, std::int64_t i, std::int64_t count, const float* x,
                                double* sums)
{
    const T* rows[kRows];
    for (std::int64_t r = 0; r < kRows; ++r)
        rows[r] = reinterpret_cast<const T*>(W.row(i + (r < count ? r : 0)));
    RowSum totals[kRows];
    for (std::int64_t block = 0; block < W.N; block += kFlushColumns) {
        F16 lanes0 = splat(0.0f), lanes1 = lanes0, lanes2 = lanes0, lanes3 = lanes0;
        for (std::int64_t j = block; j < HWY_MIN(W.N, block + kFlushColumns); j += kLanes) {
            const std::int64_t n = columns_at(j, W.N);
            const F16 v = load_some(x + j, n);
            lanes0 = add(lanes0, mul(load_some(rows[0] + j, n), v));
            lanes1 = add(lanes1, mul(load_some(rows[1] + j, n), v));
            lanes2 = add(lanes2, mul(load_some(rows[2] + j, n), v));
            lanes3 = add(lanes3, mul(load_some(rows[3] + j, n), v));
        }
        totals[0].flush(lanes0);
        totals[1].flush(lanes1);
        totals[2].flush(lanes2);
        totals[3].flush(lanes3);
    }
    for (std::int64_t r = 0; r < kRows; ++r)
        sums[r] = sum_lanes(totals[r].lanes);
}

template <class Type>
static HWY_INLINE void gemm_rows(const RowMatrix& W, const float* x, std::int64_t T, std::int64_t begin,
                                 std::int64_t end, float* y)
{
    for (std::int64_t i = begin; i < end; i += kRows)
        for (std::int64_t t = 0; t < T; ++t) {
            const std::int64_t count = HWY_MIN(kRows, end - i);
            double sums[kRows];
            dot_rows<Type>(W, i, count, x + t * W.N, sums);
            for (std::int64_t r = 0; r < count; ++r)
                y[t * W.M + i + r] = float(sums[r] * (W.scale ? double(W.scale[i + r]) : 1.0));
        }
}

void row_gemm_rows(const RowMatrix& W, const float* x, std::int64_t T, std::int64_t begin, std::int64_t end,
                   float* y)
{
    if (W.type == RowMatrix::Type::Float32) return gemm_rows<float>(W, x, T, begin, end, y);
    if (W.type == RowMatrix::Type::BFloat16) return gemm_rows<std::uint16_t>(W, x, T, begin, end, y);
    gemm_rows<std::int8_t>(W, x, T, begin, end, y);
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(row_gemm_rows);

void row_gemm(const RowMatrix& W, const float* x, std::int64_t T, float* y, int threads)
{
    if (reference_forced()) return row_gemm_ref(W, x, T, y);
    for_row_chunks(W.M, threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        HWY_DYNAMIC_DISPATCH(row_gemm_rows)(W, x, T, begin, end, y);
    });
}

} // namespace boolab::kernels
#endif
