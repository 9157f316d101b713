// SPDX-License-Identifier: Apache-2.0
// Sixteen weights' nearest levels sum_k +-terms_k. Included once per target.
#if defined(BOOLAB_KERNELS_NEAREST_LEVEL_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BOOLAB_KERNELS_NEAREST_LEVEL_INL_H
#undef BOOLAB_KERNELS_NEAREST_LEVEL_INL_H
#else
#define BOOLAB_KERNELS_NEAREST_LEVEL_INL_H
#endif

#include <bit>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

/// Levels of sixteen weights: terms_k = u_k v_k, the code's bit k - 1 set means "minus terms_k". The other
/// half of the 2^K levels are the negatives, so the nearest level of |w| among |level| is found, then given
/// w's sign.
struct NearestLevel {
    F16 level;
    F16 distance;
    F16 code; ///< an integer's bits, only ever selected
};

template <int kFixedK> HWY_INLINE NearestLevel nearest_level(const F16* terms, int K, const F16& magnitude)
{
    const int count = kFixedK > 0 ? kFixedK : K;
    NearestLevel best;
    for (int code = 0; code < 1 << (count - 1); ++code) {
        F16 level = terms[0];
        for (int k = 1; k < count; ++k)
            level = code >> (k - 1) & 1 ? sub(level, terms[k]) : add(level, terms[k]);
        const F16 distance = abs(sub(magnitude, abs(level)));
        if (code == 0) {
            best = {level, distance, splat(0.0f)};
            continue;
        }
        const Mask16 nearer = less(distance, best.distance);
        best.distance = select(nearer, distance, best.distance);
        best.level = select(nearer, level, best.level);
        best.code = select(nearer, splat(std::bit_cast<float>(code)), best.code);
    }
    return best;
}

HWY_INLINE std::uint32_t code_bit(const F16& code, int bit)
{
    Mask16 m;
    const IntTag di;
    BOOLAB_EACH_PART
    {
        const auto word = hn::BitCast(di, code.part[p]);
        m.part[p] = hn::RebindMask(FloatTag(), hn::TestBit(word, hn::Set(di, 1 << bit)));
    }
    return bits_of(m);
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
