// SPDX-License-Identifier: Apache-2.0
#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"
#include "kernels/thread_pool.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/attention.cpp"
#include <hwy/foreach_target.h>

#include "kernels/exp-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

static HWY_INLINE float dot(const float* a, const float* b, std::int64_t D)
{
    F16 lanes = splat(0.0f);
    for (std::int64_t d = 0; d < D; d += kLanes) {
        const std::int64_t n = columns_at(d, D);
        lanes = add(lanes, mul(load_some(a + d, n), load_some(b + d, n)));
    }
    float values[kLanes];
    store(lanes, values);
    for (std::int64_t width = kLanes / 2; width > 0; width /= 2)
        for (std::int64_t i = 0; i < width; ++i)
            values[i] += values[i + width];
    return values[0];
}

/// scores (seen, padded) to e^(score - largest); their sum. A NaN among them makes the sum NaN.
static HWY_INLINE double soften(float* scores, std::int64_t seen)
{
    float most = -std::numeric_limits<float>::infinity();
    for (std::int64_t p = 0; p < seen; ++p)
        most = scores[p] > most ? scores[p] : most;
    const F16 largest = splat(most);
    RowSum total;
    for (std::int64_t p = 0; p < seen; p += kLanes) {
        const std::int64_t n = columns_at(p, seen);
        store_some(exp(sub(load_some(scores + p, n), largest)), scores + p, n);
        total.flush(load_some(scores + p, n));
    }
    return sum_lanes(total.lanes);
}

/// One head of one token. scores: room for `seen`.
void attend_head(const AttentionCache& cache, const float* query, std::int64_t head, std::int64_t seen,
                 float* y, float* scores)
{
    const std::int64_t D = cache.D, stride = cache.kvHeads * D;
    const float scale = float(1.0 / std::sqrt(double(D)));
    for (std::int64_t p = 0; p < seen; ++p)
        scores[p] = dot(query, cache.keys + p * stride + head * D, D) * scale;
    const F16 share = splat(float(1.0 / soften(scores, seen)));
    const float* values = cache.values + head * D;
    for (std::int64_t d = 0; d < D; d += kLanes) {
        const std::int64_t n = columns_at(d, D);
        F16 sum = splat(0.0f);
        for (std::int64_t p = 0; p < seen; ++p)
            sum = add(sum, mul(splat(scores[p]), load_some(values + p * stride + d, n)));
        store_some(mul(sum, share), y + d, n);
    }
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(attend_head);

void attention(const AttentionCache& cache, const float* q, std::int64_t first, std::int64_t T,
               std::int64_t H, float* y, int threads)
{
    if (reference_forced()) return attention_ref(cache, q, first, T, H, y);
    const std::int64_t groups = H / cache.kvHeads;
    parallel_for(T * H, threads, [&](std::int64_t index) {
        thread_local std::vector<float> t_scores;
        const std::int64_t t = index / H, h = index % H, seen = first + t + 1;
        if (std::int64_t(t_scores.size()) < seen) t_scores.resize(std::size_t(2 * seen));
        HWY_DYNAMIC_DISPATCH(attend_head)
        (cache, q + index * cache.D, h / groups, seen, y + index * cache.D, t_scores.data());
    });
}

} // namespace boolab::kernels
#endif
