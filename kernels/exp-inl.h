// SPDX-License-Identifier: Apache-2.0
// e^x of sixteen floats without fused multiply-add, so that every target gives the same bits. Cephes' expf
// (S. Moshier, netlib.org/cephes): relative error below 2e-7. Below -87 it stays at e^-87; a NaN stays one.
// Included once per target.
#if defined(BOOLAB_KERNELS_EXP_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BOOLAB_KERNELS_EXP_INL_H
#undef BOOLAB_KERNELS_EXP_INL_H
#else
#define BOOLAB_KERNELS_EXP_INL_H
#endif

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

static HWY_INLINE hn::Vec<FloatTag> exp_part(hn::Vec<FloatTag> x)
{
    const FloatTag d;
    const auto limited = hn::Min(hn::Max(x, hn::Set(d, -87.0f)), hn::Set(d, 88.0f));
    const auto n = hn::Round(hn::Mul(limited, hn::Set(d, 1.44269504088896341f)));
    // ln 2 in two pieces: n times the first is exact.
    auto r = hn::Sub(limited, hn::Mul(n, hn::Set(d, 0.693359375f)));
    r = hn::Sub(r, hn::Mul(n, hn::Set(d, -2.12194440e-4f)));
    auto y = hn::Set(d, 1.9875691500e-4f);
    for (const float c :
         {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f})
        y = hn::Add(hn::Mul(y, r), hn::Set(d, c));
    y = hn::Add(hn::Add(hn::Mul(y, hn::Mul(r, r)), r), hn::Set(d, 1.0f));
    const IntTag di;
    const auto exponent = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(di, n), hn::Set(di, 127)));
    return hn::IfThenElse(hn::IsNaN(x), x, hn::Mul(y, hn::BitCast(d, exponent)));
}

static HWY_INLINE F16 exp(const F16& x)
{
    F16 r;
    BOOLAB_EACH_PART r.part[p] = exp_part(x.part[p]);
    return r;
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
