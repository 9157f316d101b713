// SPDX-License-Identifier: Apache-2.0
#include "kernels/rotate_heads.h"

#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/rotate_heads.cpp"
#include <hwy/foreach_target.h>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

/// One position's heads.
template <class T>
static HWY_INLINE void rotate_row(const T* x, const float* cosine, const float* sine, std::int64_t H,
                                  std::int64_t D, float direction, T* y)
{
    const std::int64_t half = D / 2;
    const F16 turn = splat(direction);
    for (std::int64_t head = 0; head < H; ++head, x += D, y += D)
        for (std::int64_t j = 0; j < half; j += kLanes) {
            const std::int64_t n = columns_at(j, half);
            const F16 c = load_some(cosine + j, n), s = mul(load_some(sine + j, n), turn);
            const F16 a = load_some(x + j, n), b = load_some(x + half + j, n);
            store_some(sub(mul(a, c), mul(b, s)), y + j, n);
            store_some(add(mul(b, c), mul(a, s)), y + half + j, n);
        }
}

void rotate_row_f32(const float* x, const float* cosine, const float* sine, std::int64_t H, std::int64_t D,
                    float direction, float* y)
{
    rotate_row(x, cosine, sine, H, D, direction, y);
}

void rotate_row_bf16(const std::uint16_t* x, const float* cosine, const float* sine, std::int64_t H,
                     std::int64_t D, float direction, std::uint16_t* y)
{
    rotate_row(x, cosine, sine, H, D, direction, y);
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(rotate_row_f32);
HWY_EXPORT(rotate_row_bf16);

void rotate_heads(const float* x, const float* cosine, const float* sine, std::int64_t R, std::int64_t T,
                  std::int64_t H, std::int64_t D, bool backwards, float* y, int threads)
{
    if (reference_forced()) return rotate_heads_ref(x, cosine, sine, R, T, H, D, backwards, y);
    for_row_chunks(R, threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        for (std::int64_t r = begin; r < end; ++r)
            HWY_DYNAMIC_DISPATCH(rotate_row_f32)
        (x + r * H * D, cosine + r % T * D, sine + r % T * D, H, D, backwards ? -1.0f : 1.0f, y + r * H * D);
    });
}

void rotate_heads(const std::uint16_t* x, const float* cosine, const float* sine, std::int64_t R,
                  std::int64_t T, std::int64_t H, std::int64_t D, bool backwards, std::uint16_t* y,
                  int threads)
{
    if (reference_forced()) return rotate_heads_ref(x, cosine, sine, R, T, H, D, backwards, y);
    for_row_chunks(R, threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        for (std::int64_t r = begin; r < end; ++r)
            HWY_DYNAMIC_DISPATCH(rotate_row_bf16)
        (x + r * H * D, cosine + r % T * D, sine + r % T * D, H, D, backwards ? -1.0f : 1.0f, y + r * H * D);
    });
}

} // namespace boolab::kernels
#endif
