// SPDX-License-Identifier: Apache-2.0
#include "kernels/swiglu.h"

#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/swiglu.cpp"
#include <hwy/foreach_target.h>

#include "kernels/exp-inl.h"
#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

static HWY_INLINE F16 sigmoid(const F16& x)
{
    const F16 one = splat(1.0f);
    return divide(one, add(one, exp(sub(splat(0.0f), x))));
}

template <class T> static HWY_INLINE void swiglu_range(const T* gate, const T* up, std::int64_t size, T* y)
{
    for (std::int64_t j = 0; j < size; j += kLanes) {
        const std::int64_t n = columns_at(j, size);
        const F16 g = load_some(gate + j, n);
        store_some(mul(mul(g, sigmoid(g)), load_some(up + j, n)), y + j, n);
    }
}

template <class T>
static HWY_INLINE void gradient_range(const T* gate, const T* up, const T* gradY, std::int64_t size,
                                      T* gradGate, T* gradUp)
{
    const F16 one = splat(1.0f);
    for (std::int64_t j = 0; j < size; j += kLanes) {
        const std::int64_t n = columns_at(j, size);
        const F16 g = load_some(gate + j, n), u = load_some(up + j, n), grad = load_some(gradY + j, n);
        const F16 s = sigmoid(g), slope = mul(s, add(one, mul(g, sub(one, s))));
        store_some(mul(mul(grad, u), slope), gradGate + j, n);
        store_some(mul(grad, mul(g, s)), gradUp + j, n);
    }
}

void swiglu_f32(const float* gate, const float* up, std::int64_t size, float* y)
{
    swiglu_range(gate, up, size, y);
}

void swiglu_bf16(const std::uint16_t* gate, const std::uint16_t* up, std::int64_t size, std::uint16_t* y)
{
    swiglu_range(gate, up, size, y);
}

void swiglu_gradient_f32(const float* gate, const float* up, const float* gradY, std::int64_t size,
                         float* gradGate, float* gradUp)
{
    gradient_range(gate, up, gradY, size, gradGate, gradUp);
}

void swiglu_gradient_bf16(const std::uint16_t* gate, const std::uint16_t* up, const std::uint16_t* gradY,
                          std::int64_t size, std::uint16_t* gradGate, std::uint16_t* gradUp)
{
    gradient_range(gate, up, gradY, size, gradGate, gradUp);
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(swiglu_f32);
HWY_EXPORT(swiglu_bf16);
HWY_EXPORT(swiglu_gradient_f32);
HWY_EXPORT(swiglu_gradient_bf16);

void swiglu(const float* gate, const float* up, std::int64_t size, float* y, int threads)
{
    if (reference_forced()) return swiglu_ref(gate, up, size, y);
    for_pieces(size, threads, [&](std::int64_t at, std::int64_t n) {
        HWY_DYNAMIC_DISPATCH(swiglu_f32)(gate + at, up + at, n, y + at);
    });
}

void swiglu(const std::uint16_t* gate, const std::uint16_t* up, std::int64_t size, std::uint16_t* y,
            int threads)
{
    if (reference_forced()) return swiglu_ref(gate, up, size, y);
    for_pieces(size, threads, [&](std::int64_t at, std::int64_t n) {
        HWY_DYNAMIC_DISPATCH(swiglu_bf16)(gate + at, up + at, n, y + at);
    });
}

void swiglu_gradient(const float* gate, const float* up, const float* gradY, std::int64_t size,
                     float* gradGate, float* gradUp, int threads)
{
    if (reference_forced()) return swiglu_gradient_ref(gate, up, gradY, size, gradGate, gradUp);
    for_pieces(size, threads, [&](std::int64_t at, std::int64_t n) {
        HWY_DYNAMIC_DISPATCH(swiglu_gradient_f32)
        (gate + at, up + at, gradY + at, n, gradGate + at, gradUp + at);
    });
}

void swiglu_gradient(const std::uint16_t* gate, const std::uint16_t* up, const std::uint16_t* gradY,
                     std::int64_t size, std::uint16_t* gradGate, std::uint16_t* gradUp, int threads)
{
    if (reference_forced()) return swiglu_gradient_ref(gate, up, gradY, size, gradGate, gradUp);
    for_pieces(size, threads, [&](std::int64_t at, std::int64_t n) {
        HWY_DYNAMIC_DISPATCH(swiglu_gradient_bf16)
        (gate + at, up + at, gradY + at, n, gradGate + at, gradUp + at);
    });
}

} // namespace boolab::kernels
#endif
