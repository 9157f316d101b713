// SPDX-License-Identifier: Apache-2.0
#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>
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

/// scores (seen) to e^(score - largest); their sum. A NaN among them makes the sum NaN.
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

/// Lanes of values that are summed at once: enough for additions not to wait for each other.
constexpr std::int64_t kAtOnce = 4 * kLanes;

/// y (D) = sum_p scores_p v_p * share.
static HWY_INLINE void mix_values(const float* scores, std::int64_t seen, const float* values,
                                  std::int64_t stride, std::int64_t D, float share, float* y)
{
    for (std::int64_t d = 0; d < D; d += kAtOnce) {
        std::int64_t n[4];
        for (std::int64_t part = 0; part < 4; ++part)
            n[part] = HWY_MAX(0, columns_at(d + part * kLanes, D));
        F16 sum0 = splat(0.0f), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        for (std::int64_t p = 0; p < seen; ++p) {
            const F16 score = splat(scores[p]);
            const float* from = values + p * stride + d;
            sum0 = add(sum0, mul(score, load_some(from, n[0])));
            if (n[1] > 0) sum1 = add(sum1, mul(score, load_some(from + kLanes, n[1])));
            if (n[2] > 0) sum2 = add(sum2, mul(score, load_some(from + 2 * kLanes, n[2])));
            if (n[3] > 0) sum3 = add(sum3, mul(score, load_some(from + 3 * kLanes, n[3])));
        }
        const F16 scale = splat(share);
        store_some(mul(sum0, scale), y + d, n[0]);
        if (n[1] > 0) store_some(mul(sum1, scale), y + d + kLanes, n[1]);
        if (n[2] > 0) store_some(mul(sum2, scale), y + d + 2 * kLanes, n[2]);
        if (n[3] > 0) store_some(mul(sum3, scale), y + d + 3 * kLanes, n[3]);
    }
}

/// One head of one token. scores: room for `seen`, padded.
void attend_head(const AttentionCache& cache, const float* query, std::int64_t head, std::int64_t seen,
                 float* y, float* scores)
{
    const std::int64_t D = cache.D, stride = cache.kvHeads * D;
    const F16 scale = splat(float(1.0 / std::sqrt(double(D))));
    for (std::int64_t p = 0; p < seen; p += kLanes) {
        const float* keys = cache.keys + (p / kLanes * stride + head * D) * kLanes;
        F16 even = splat(0.0f), odd = even;
        for (std::int64_t d = 0; d + 1 < D; d += 2) {
            even = add(even, mul(splat(query[d]), load(keys + d * kLanes)));
            odd = add(odd, mul(splat(query[d + 1]), load(keys + (d + 1) * kLanes)));
        }
        if (D % 2 != 0) even = add(even, mul(splat(query[D - 1]), load(keys + (D - 1) * kLanes)));
        store(mul(add(even, odd), scale), scores + p);
    }
    const auto share = float(1.0 / soften(scores, seen));
    mix_values(scores, seen, cache.values + head * D, stride, D, share, y);
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
        if (std::int64_t(t_scores.size()) < padded(seen)) t_scores.resize(std::size_t(2 * padded(seen)));
        HWY_DYNAMIC_DISPATCH(attend_head)
        (cache, q + index * cache.D, h / groups, seen, y + index * cache.D, t_scores.data());
    });
}

} // namespace boolab::kernels
#endif
