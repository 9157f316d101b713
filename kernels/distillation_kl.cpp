// SPDX-License-Identifier: Apache-2.0
#include "kernels/distillation_kl.h"

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/distillation_kl.cpp"
#include <hwy/foreach_target.h>

#include "kernels/exp-inl.h"
#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

static HWY_INLINE F16 larger(const F16& a, const F16& b)
{
    F16 r;
    BOOLAB_EACH_PART r.part[p] = hn::Max(a.part[p], b.part[p]);
    return r;
}

static HWY_INLINE float largest_of(const float* x, std::int64_t V)
{
    constexpr float kLeast = std::numeric_limits<float>::lowest();
    float values[kLanes];
    std::fill(values, values + kLanes, kLeast);
    F16 lanes = load(values);
    const std::int64_t whole = V / kLanes * kLanes;
    for (std::int64_t j = 0; j < whole; j += kLanes)
        lanes = larger(lanes, load(x + j));
    store(lanes, values);
    for (std::int64_t j = whole; j < V; ++j)
        values[0] = HWY_MAX(values[0], x[j]);
    float largest = values[0];
    for (const float value : values)
        largest = HWY_MAX(largest, value);
    return largest;
}

/// One row: its loss, and the gradient in place of the student's logits. With s' = s / tau - max, e_s =
/// exp(s'), E_s their sum, t likewise: KL = sum e_t (t' - s') / E_t - log E_t + log E_s.
double distillation_kl_row(float* student, float* teacher, std::int64_t V, double temperature)
{
    const float inverse = float(1.0 / temperature);
    const F16 scale = splat(inverse), maxStudent = splat(largest_of(student, V)),
              maxTeacher = splat(largest_of(teacher, V));
    RowSum studentSum, teacherSum, productSum;
    for (std::int64_t block = 0; block < V; block += kFlushColumns) {
        F16 studentLanes = splat(0.0f), teacherLanes = splat(0.0f), productLanes = splat(0.0f);
        for (std::int64_t j = block; j < HWY_MIN(V, block + kFlushColumns); j += kLanes) {
            const std::int64_t n = columns_at(j, V);
            const F16 s = mul(sub(load_some(student + j, n), maxStudent), scale);
            const F16 t = mul(sub(load_some(teacher + j, n), maxTeacher), scale);
            const F16 expS = exp(s), expT = exp(t);
            store_some(expS, student + j, n);
            store_some(expT, teacher + j, n);
            const F16 product = mul(expT, sub(t, s));
            if (HWY_LIKELY(n == kLanes)) {
                studentLanes = add(studentLanes, expS);
                teacherLanes = add(teacherLanes, expT);
                productLanes = add(productLanes, product);
                continue;
            }
            float values[3][kLanes];
            store(expS, values[0]);
            store(expT, values[1]);
            store(product, values[2]);
            for (std::int64_t i = 0; i < n; ++i) {
                studentSum.lanes[i] += double(values[0][i]);
                teacherSum.lanes[i] += double(values[1][i]);
                productSum.lanes[i] += double(values[2][i]);
            }
        }
        studentSum.flush(studentLanes);
        teacherSum.flush(teacherLanes);
        productSum.flush(productLanes);
    }
    const double sumS = sum_lanes(studentSum.lanes), sumT = sum_lanes(teacherSum.lanes);
    const F16 shareS = splat(float(temperature / sumS)), shareT = splat(float(temperature / sumT));
    for (std::int64_t j = 0; j < V; j += kLanes) {
        const std::int64_t n = columns_at(j, V);
        const F16 q = mul(load_some(student + j, n), shareS), p = mul(load_some(teacher + j, n), shareT);
        store_some(sub(q, p), student + j, n);
    }
    const double kl = sum_lanes(productSum.lanes) / sumT - std::log(sumT) + std::log(sumS);
    return temperature * temperature * kl;
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(distillation_kl_row);

double distillation_kl(float* student, float* teacher, std::int64_t rows, std::int64_t V, double temperature,
                       int threads)
{
    if (reference_forced()) return distillation_kl_ref(student, teacher, rows, V, temperature);
    std::vector<double> losses(static_cast<std::size_t>(rows));
    parallel_for(rows, threads, [&](std::int64_t r) {
        losses[std::size_t(r)] =
            HWY_DYNAMIC_DISPATCH(distillation_kl_row)(student + r * V, teacher + r * V, V, temperature);
    });
    double sum = 0.0;
    for (const double loss : losses)
        sum += loss;
    return sum;
}

} // namespace boolab::kernels
#endif
