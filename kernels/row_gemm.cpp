// SPDX-License-Identifier: Apache-2.0
#include "kernels/row_gemm.h"

#include <algorithm>
#include <vector>

#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/quantize_row.h"
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
                y[t * W.M + i + r] = float(sums[r]);
        }
}

void row_gemm_rows(const RowMatrix& W, const float* x, std::int64_t T, std::int64_t begin, std::int64_t end,
                   float* y)
{
    if (W.type == RowMatrix::Type::Float32) return gemm_rows<float>(W, x, T, begin, end, y);
    gemm_rows<std::uint16_t>(W, x, T, begin, end, y);
}

#if HWY_TARGET != HWY_SCALAR

using ShortTag = hn::CappedTag<std::int16_t, 32>;
using WideTag = hn::RepartitionToWide<ShortTag>;
using ByteTag = hn::Rebind<std::int8_t, ShortTag>;
constexpr std::int64_t kShorts = std::int64_t(hn::MaxLanes(ShortTag()));

static HWY_INLINE hn::Vec<WideTag> add_products(hn::Vec<WideTag> sum, const std::int8_t* row,
                                                hn::Vec<ShortTag> q)
{
    const auto w = hn::PromoteTo(ShortTag(), hn::LoadU(ByteTag(), row));
    auto more = hn::Zero(WideTag()); // some targets add here what others add to the sum
    const auto added = hn::ReorderWidenMulAccumulate(WideTag(), w, q, sum, more);
    return hn::Add(added, more);
}

/// S (kRows) += products of columns begin … end - 1, of whole vectors; returns the first that is left.
static HWY_INLINE std::int64_t add_columns(const std::int8_t* const* rows, const std::int16_t* q,
                                           std::int64_t begin, std::int64_t end, std::int64_t* S)
{
    auto sum0 = hn::Zero(WideTag()), sum1 = sum0, sum2 = sum0, sum3 = sum0;
    std::int64_t j = begin;
    for (; j + kShorts <= end; j += kShorts) {
        const auto v = hn::LoadU(ShortTag(), q + j);
        sum0 = add_products(sum0, rows[0] + j, v);
        sum1 = add_products(sum1, rows[1] + j, v);
        sum2 = add_products(sum2, rows[2] + j, v);
        sum3 = add_products(sum3, rows[3] + j, v);
    }
    S[0] += hn::GetLane(hn::SumOfLanes(WideTag(), sum0));
    S[1] += hn::GetLane(hn::SumOfLanes(WideTag(), sum1));
    S[2] += hn::GetLane(hn::SumOfLanes(WideTag(), sum2));
    S[3] += hn::GetLane(hn::SumOfLanes(WideTag(), sum3));
    return j;
}

#else

static HWY_INLINE std::int64_t add_columns(const std::int8_t* const*, const std::int16_t*, std::int64_t begin,
                                           std::int64_t, std::int64_t*)
{
    return begin;
}

#endif

/// S (kRows): exact sums of `count` rows of bytes with one token's q.
static HWY_INLINE void sum_bytes(const RowMatrix& W, std::int64_t i, std::int64_t count,
                                 const std::int16_t* q, std::int64_t* S)
{
    const std::int8_t* rows[kRows];
    for (std::int64_t r = 0; r < kRows; ++r) {
        rows[r] = reinterpret_cast<const std::int8_t*>(W.row(i + (r < count ? r : 0)));
        S[r] = 0;
    }
    for (std::int64_t block = 0; block < W.N; block += kByteColumns) {
        const std::int64_t end = HWY_MIN(W.N, block + kByteColumns);
        for (std::int64_t j = add_columns(rows, q, block, end, S); j < end; ++j)
            for (std::int64_t r = 0; r < kRows; ++r)
                S[r] += std::int64_t(rows[r][j]) * q[j];
    }
}

void byte_gemm_rows(const RowMatrix& W, const std::int16_t* q, const RowStep* steps, std::int64_t T,
                    std::int64_t begin, std::int64_t end, float* y)
{
    for (std::int64_t i = begin; i < end; i += kRows)
        for (std::int64_t t = 0; t < T; ++t) {
            const std::int64_t count = HWY_MIN(kRows, end - i);
            std::int64_t S[kRows];
            sum_bytes(W, i, count, q + t * W.N, S);
            for (std::int64_t r = 0; r < count; ++r)
                y[t * W.M + i + r] = W.scale[i + r] * (steps[t].size * float(S[r])) * steps[t].drop;
        }
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(row_gemm_rows);
HWY_EXPORT(byte_gemm_rows);

namespace
{

void byteGemm(const RowMatrix& W, const float* x, std::int64_t T, float* y, int threads)
{
    std::vector<std::int16_t> q(std::size_t(T * W.N));
    std::vector<std::int32_t> wide(std::size_t(W.N));
    std::vector<RowStep> steps;
    for (std::int64_t t = 0; t < T; ++t) {
        const RowScale scale = quantize_row(
            x + t * W.N, [](std::int64_t) { return 1.0f; }, W.N, kByteActivation, wide.data());
        steps.push_back(scale.step);
        std::copy(wide.begin(), wide.end(), q.begin() + t * W.N);
    }
    for_row_chunks(W.M, threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        HWY_DYNAMIC_DISPATCH(byte_gemm_rows)(W, q.data(), steps.data(), T, begin, end, y);
    });
}

} // namespace

void row_gemm(const RowMatrix& W, const float* x, std::int64_t T, float* y, int threads)
{
    if (reference_forced()) return row_gemm_ref(W, x, T, y);
    if (W.type == RowMatrix::Type::Int8) return byteGemm(W, x, T, y, threads);
    for_row_chunks(W.M, threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        HWY_DYNAMIC_DISPATCH(row_gemm_rows)(W, x, T, begin, end, y);
    });
}

} // namespace boolab::kernels
#endif
