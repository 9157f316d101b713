// SPDX-License-Identifier: Apache-2.0
#include "kernels/error_feedback.h"

#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"
#include "kernels/refine_data.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/error_feedback.cpp"
#include <hwy/foreach_target.h>

#include "kernels/lanes-inl.h"
#include "kernels/nearest_level-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

/// Sixteen rows of W, all columns of the block.
template <int kFixedK> static HWY_INLINE void feed_lanes(const FeedbackBlock& block, std::int64_t i)
{
    const int K = kFixedK > 0 ? kFixedK : int(block.kernels);
    const std::int64_t n = columns_at(i, block.rows);
    F16 scaleOut[kFixedK > 0 ? kFixedK : kMaxRefinedKernels],
        terms[kFixedK > 0 ? kFixedK : kMaxRefinedKernels];
    for (int k = 0; k < K; ++k)
        scaleOut[k] = load_some(block.scaleOut + k * block.rows + i, n);
    for (std::int64_t c = 0; c < block.columns; ++c) {
        const float* factor = block.factor + c * block.factorStride;
        for (int k = 0; k < K; ++k)
            terms[k] = mul(scaleOut[k], splat(block.scaleIn[k * block.columns + c]));
        float* weights = block.weights + c * block.rows + i;
        const F16 w = load_some(weights, n);
        const F16 level = take_nearest_level<kFixedK>(terms, K, w, block.codes + c * block.rows + i, n);
        const F16 error = divide(sub(w, level), splat(factor[c]));
        store_some(error, weights, n);
        for (std::int64_t later = c + 1; later < block.columns; ++later) {
            float* next = block.weights + later * block.rows + i;
            store_some(sub(load_some(next, n), mul(error, splat(factor[later]))), next, n);
        }
    }
}

void feed_rows(const FeedbackBlock& block, std::int64_t begin, std::int64_t end)
{
    with_fixed_kernels(block.kernels, [&](auto fixed) {
        for (std::int64_t i = begin; i < end; i += kLanes)
            feed_lanes<fixed>(block, i);
    });
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(feed_rows);

void error_feedback(const FeedbackBlock& block, int threads)
{
    if (reference_forced()) return error_feedback_ref(block);
    for_row_chunks(block.rows, threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        HWY_DYNAMIC_DISPATCH(feed_rows)(block, begin, end);
    });
}

} // namespace boolab::kernels
#endif
