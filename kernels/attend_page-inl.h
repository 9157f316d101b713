// SPDX-License-Identifier: Apache-2.0
// Some rows of attention over one page of keys and values. Included once per target.
#if defined(BOOLAB_KERNELS_ATTEND_PAGE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BOOLAB_KERNELS_ATTEND_PAGE_INL_H
#undef BOOLAB_KERNELS_ATTEND_PAGE_INL_H
#else
#define BOOLAB_KERNELS_ATTEND_PAGE_INL_H
#endif

#include <cmath>
#include <limits>

#include "kernels/attention_parts.h"
#include "kernels/exp-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

/// Rows, and vectors of lanes, whose sums stay in registers.
constexpr int kRowsTogether = kParts == 1 ? 4 : kParts == 2 ? 2 : 1;
constexpr int kLanesTogether = kRowsTogether;

static HWY_INLINE F16 load_number(const float* x)
{
    return load(x);
}
static HWY_INLINE F16 load_number(const std::uint16_t* x)
{
    return load_float16(x);
}

/// scores (kRows, kPagePositions) of a page's first `positions`: q_r . k_p scale.
template <int kRows, class T>
static HWY_INLINE void score_positions(const T* keys, const float* const* q, std::int64_t D,
                                       std::int64_t positions, F16 scale, float* scores)
{
    for (std::int64_t p = 0; p < positions; p += kLanes) {
        const T* from = keys + p * D;
        F16 even[kRows], odd[kRows];
        for (int r = 0; r < kRows; ++r)
            even[r] = odd[r] = splat(0.0f);
        for (std::int64_t d = 0; d + 1 < D; d += 2) {
            const F16 first = load_number(from + d * kLanes), second = load_number(from + (d + 1) * kLanes);
            for (int r = 0; r < kRows; ++r) {
                even[r] = add(even[r], mul(splat(q[r][d]), first));
                odd[r] = add(odd[r], mul(splat(q[r][d + 1]), second));
            }
        }
        if (D % 2 != 0) {
            const F16 last = load_number(from + (D - 1) * kLanes);
            for (int r = 0; r < kRows; ++r)
                even[r] = add(even[r], mul(splat(q[r][D - 1]), last));
        }
        for (int r = 0; r < kRows; ++r)
            store(mul(add(even[r], odd[r]), scale), scores + r * kPagePositions + p);
    }
}

/// scores (count) to e^(score - largest). A NaN makes the sum NaN.
static HWY_INLINE void soften(float* scores, std::int64_t count, float* largest, double* sum)
{
    constexpr float kLeast = -std::numeric_limits<float>::infinity();
    F16 most = splat(kLeast);
    for (std::int64_t p = 0; p < count; p += kLanes) {
        for (std::int64_t i = count; i < p + kLanes; ++i)
            scores[i] = kLeast;
        const F16 some = load(scores + p);
        most = select(less(most, some), some, most);
    }
    float lanes[kLanes];
    store(most, lanes);
    *largest = kLeast;
    for (const float lane : lanes)
        *largest = lane > *largest ? lane : *largest;
    F16 total = splat(0.0f);
    for (std::int64_t p = 0; p < count; p += kLanes) {
        const std::int64_t n = columns_at(p, count);
        store_some(exp(sub(load(scores + p), splat(*largest))), scores + p, n);
        total = add(total, load_some(scores + p, n));
    }
    store(total, lanes);
    *sum = 0.0;
    for (const float lane : lanes)
        *sum += double(lane);
}

/// kVectors times kLanes numbers of y_r = sum_p scores_rp v_p, p < counts[r]; all rows have the first
/// `together`.
template <int kRows, int kVectors, class T>
static HWY_INLINE void mix_lanes(const T* values, std::int64_t stride, const float* scores,
                                 const std::int64_t* counts, std::int64_t together, float* const* y)
{
    F16 sums[kRows][kVectors];
    for (int r = 0; r < kRows; ++r)
        for (int v = 0; v < kVectors; ++v)
            sums[r][v] = splat(0.0f);
    for (std::int64_t p = 0; p < together; ++p) {
        F16 value[kVectors];
        for (int v = 0; v < kVectors; ++v)
            value[v] = load_number(values + p * stride + v * kLanes);
        for (int r = 0; r < kRows; ++r) {
            const F16 score = splat(scores[r * kPagePositions + p]);
            for (int v = 0; v < kVectors; ++v)
                sums[r][v] = add(sums[r][v], mul(score, value[v]));
        }
    }
    for (int r = 0; r < kRows; ++r) {
        for (std::int64_t p = together; p < counts[r]; ++p)
            for (int v = 0; v < kVectors; ++v)
                sums[r][v] = add(sums[r][v], mul(splat(scores[r * kPagePositions + p]),
                                                 load_number(values + p * stride + v * kLanes)));
        for (int v = 0; v < kVectors; ++v)
            store(sums[r][v], y[r] + v * kLanes);
    }
}

template <int kRows, class T>
static HWY_INLINE void attend_some(const AttentionBlock& block, std::int64_t first, const T* head,
                                   std::int64_t page, const AttentionParts& parts)
{
    const std::int64_t D = block.task->cache.D, width = padded(D);
    const float* q[kRows];
    float* y[kRows];
    std::int64_t counts[kRows];
    for (int r = 0; r < kRows; ++r) {
        q[r] = block.q(first + r);
        y[r] = parts.mixed(first + r, page);
        counts[r] = HWY_MAX(0, HWY_MIN(kPagePositions, block.seen(first + r) - page * kPagePositions));
    }
    // Later rows see more.
    const std::int64_t together = counts[0];
    alignas(64) float scores[kRows * kPagePositions];
    score_positions<kRows>(head, q, D, counts[kRows - 1], splat(float(1.0 / std::sqrt(double(D)))), scores);
    for (int r = 0; r < kRows; ++r)
        soften(scores + r * kPagePositions, counts[r], parts.largest(first + r) + page,
               parts.sum(first + r) + page);
    const T* values = head + kPagePositions * D;
    std::int64_t d = 0;
    for (; d + kLanesTogether * kLanes <= width; d += kLanesTogether * kLanes) {
        mix_lanes<kRows, kLanesTogether>(values + d, width, scores, counts, together, y);
        for (float*& row : y)
            row += kLanesTogether * kLanes;
    }
    for (; d < width; d += kLanes) {
        mix_lanes<kRows, 1>(values + d, width, scores, counts, together, y);
        for (float*& row : y)
            row += kLanes;
    }
}

/// All rows of a block, as many together as there are registers for.
template <int kRows = kRowsTogether, class T>
static HWY_INLINE void attend_rows(const AttentionBlock& block, const T* head, std::int64_t page,
                                   const AttentionParts& parts, std::int64_t first = 0)
{
    for (; first + kRows <= block.rows; first += kRows)
        attend_some<kRows>(block, first, head, page, parts);
    if constexpr (kRows > 1)
        if (first < block.rows) attend_rows<kRows - 1>(block, head, page, parts, first);
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
