// SPDX-License-Identifier: Apache-2.0
#include "kernels/sign_descent.h"

#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"
#include "kernels/refine_data.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sign_descent.cpp"
#include <hwy/foreach_target.h>

#include "kernels/lanes-inl.h"
#include "kernels/nearest_level-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

/// Sixteen rows of W, all columns of the block.
template <int kFixedK> static HWY_INLINE void descend_lanes(const DescentBlock& block, std::int64_t i)
{
    const int K = kFixedK > 0 ? kFixedK : int(block.kernels);
    const std::int64_t n = columns_at(i, block.rows);
    F16 scaleOut[kFixedK > 0 ? kFixedK : kMaxRefinedKernels],
        terms[kFixedK > 0 ? kFixedK : kMaxRefinedKernels];
    for (int k = 0; k < K; ++k)
        scaleOut[k] = load_some(block.scaleOut + k * block.rows + i, n);
    for (std::int64_t c = 0; c < block.columns; ++c) {
        const float* hessian = block.hessian + c * block.hessianStride;
        const std::int64_t at = c * block.rows + i;
        for (int k = 0; k < K; ++k)
            terms[k] = mul(scaleOut[k], splat(block.scaleIn[k * block.columns + c]));
        const F16 before = load_some(block.levels + at, n);
        const F16 target = add(before, divide(load_some(block.slope + at, n), splat(hessian[c])));
        const F16 level = take_nearest_level<kFixedK>(terms, K, target, block.codes + at, n);
        const F16 step = sub(level, before);
        store_some(level, block.levels + at, n);
        store_some(step, block.steps + at, n);
        for (std::int64_t other = 0; other < block.columns; ++other) {
            float* slope = block.slope + other * block.rows + i;
            store_some(sub(load_some(slope, n), mul(step, splat(hessian[other]))), slope, n);
        }
    }
}

void descend_rows(const DescentBlock& block, std::int64_t begin, std::int64_t end)
{
    with_fixed_kernels(block.kernels, [&](auto fixed) {
        for (std::int64_t i = begin; i < end; i += kLanes)
            descend_lanes<fixed>(block, i);
    });
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(descend_rows);

void sign_descent(const DescentBlock& block, int threads)
{
    if (reference_forced()) return sign_descent_ref(block);
    for_row_chunks(block.rows, threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        HWY_DYNAMIC_DISPATCH(descend_rows)(block, begin, end);
    });
}

} // namespace boolab::kernels
#endif
