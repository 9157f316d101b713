// SPDX-License-Identifier: Apache-2.0
// Sixteen weights' nearest levels sum_k +-terms_k. Included once per target.
#if defined(BOOLAB_KERNELS_NEAREST_LEVEL_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BOOLAB_KERNELS_NEAREST_LEVEL_INL_H
#undef BOOLAB_KERNELS_NEAREST_LEVEL_INL_H
#else
#define BOOLAB_KERNELS_NEAREST_LEVEL_INL_H
#endif

#include <bit>
#include <type_traits>

#include "kernels/lanes-inl.h"
#include "kernels/refine_data.h"

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

/// Codes of n weights, one byte each: bit k set where kernel k takes +1.
HWY_INLINE void store_codes(const NearestLevel& best, std::uint32_t opposite, int K, std::uint8_t* codes,
                            std::int64_t n)
{
    std::uint32_t plus[kMaxRefinedKernels] = {~opposite};
    for (int k = 1; k < K; ++k)
        plus[k] = ~(opposite ^ code_bit(best.code, k - 1));
    for (std::int64_t lane = 0; lane < n; ++lane) {
        std::uint32_t code = 0;
        for (int k = 0; k < K; ++k)
            code |= (plus[k] >> lane & 1) << k;
        codes[lane] = std::uint8_t(code);
    }
}

/// The levels nearest to sixteen values w, with their signs, and their codes.
template <int kFixedK>
HWY_INLINE F16 take_nearest_level(const F16* terms, int K, const F16& w, std::uint8_t* codes, std::int64_t n)
{
    const F16 zero = splat(0.0f);
    const NearestLevel best = nearest_level<kFixedK>(terms, K, abs(w));
    const Mask16 negative = less(w, zero);
    store_codes(best, bits_of(less(best.level, zero)) ^ bits_of(negative), K, codes, n);
    const F16 size = abs(best.level);
    return select(negative, sub(zero, size), size);
}

/// Calls body with the usual numbers of kernels as a type, so that its loops unroll; with 0 for the others.
template <class Body> HWY_INLINE void with_fixed_kernels(std::int64_t K, const Body& body)
{
    switch (K) {
    case 2:
        return body(std::integral_constant<int, 2>());
    case 3:
        return body(std::integral_constant<int, 3>());
    case 4:
        return body(std::integral_constant<int, 4>());
    default:
        return body(std::integral_constant<int, 0>());
    }
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
