// SPDX-License-Identifier: Apache-2.0
// Sixteen float columns as one value on every target (one to four Highway vectors), so that an op is written
// once and rounds alike everywhere: no fused multiply-add, sums in the same sixteen lanes. Included once per
// target.
#if defined(BOOLAB_KERNELS_LANES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BOOLAB_KERNELS_LANES_INL_H
#undef BOOLAB_KERNELS_LANES_INL_H
#else
#define BOOLAB_KERNELS_LANES_INL_H
#endif

#include <cstring>

#include <hwy/highway.h>

#include "kernels/bool_kernels.h"
#include "kernels/row_chunks.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::CappedTag<float, std::size_t(kLanes)>;
using UintTag = hn::RebindToUnsigned<FloatTag>;
using IntTag = hn::RebindToSigned<FloatTag>;
using HalfWordTag = hn::Rebind<std::uint16_t, FloatTag>;
constexpr int kWidth = int(hn::MaxLanes(FloatTag()));
constexpr int kParts = int(kLanes) / kWidth;

struct F16 {
    hn::Vec<FloatTag> part[kParts];
};
struct Mask16 {
    hn::Mask<FloatTag> part[kParts];
};

#define BOOLAB_EACH_PART for (int p = 0; p < kParts; ++p)

HWY_INLINE F16 splat(float x)
{
    F16 r;
    BOOLAB_EACH_PART r.part[p] = hn::Set(FloatTag(), x);
    return r;
}

HWY_INLINE F16 load(const float* x)
{
    F16 r;
    BOOLAB_EACH_PART r.part[p] = hn::LoadU(FloatTag(), x + p * kWidth);
    return r;
}

HWY_INLINE void store(const F16& v, float* x)
{
    BOOLAB_EACH_PART hn::StoreU(v.part[p], FloatTag(), x + p * kWidth);
}

/// The first n <= 16 values, zeros after them; reads no further.
HWY_INLINE F16 load_some(const float* x, std::int64_t n)
{
    if (HWY_LIKELY(n >= kLanes)) return load(x);
    float buffer[kLanes] = {};
    std::memcpy(buffer, x, std::size_t(n) * sizeof(float));
    return load(buffer);
}

HWY_INLINE void store_some(const F16& v, float* x, std::int64_t n)
{
    if (HWY_LIKELY(n >= kLanes)) return store(v, x);
    float buffer[kLanes];
    store(v, buffer);
    std::memcpy(x, buffer, std::size_t(n) * sizeof(float));
}

HWY_INLINE F16 load_bfloat16(const std::uint16_t* x)
{
    F16 r;
    BOOLAB_EACH_PART
    {
        const auto words = hn::PromoteTo(UintTag(), hn::LoadU(HalfWordTag(), x + p * kWidth));
        r.part[p] = hn::BitCast(FloatTag(), hn::ShiftLeft<16>(words));
    }
    return r;
}

/// Nearest, ties to even; a NaN stays a (quiet) NaN.
HWY_INLINE void store_bfloat16(const F16& v, std::uint16_t* x)
{
    const UintTag du;
    BOOLAB_EACH_PART
    {
        const auto bits = hn::BitCast(du, v.part[p]);
        const auto high = hn::ShiftRight<16>(bits);
        const auto odd = hn::And(high, hn::Set(du, 1));
        const auto rounded = hn::ShiftRight<16>(hn::Add(hn::Add(bits, hn::Set(du, 0x7fff)), odd));
        const auto quiet = hn::Or(high, hn::Set(du, 0x40));
        const auto result = hn::IfThenElse(hn::RebindMask(du, hn::IsNaN(v.part[p])), quiet, rounded);
        hn::StoreU(hn::DemoteTo(HalfWordTag(), hn::BitCast(IntTag(), result)), HalfWordTag(), x + p * kWidth);
    }
}

HWY_INLINE F16 load_float16(const std::uint16_t* x)
{
    F16 r;
    BOOLAB_EACH_PART
    {
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_TARGET == HWY_NEON
        const hn::Rebind<hwy::float16_t, FloatTag> halves;
        r.part[p] = hn::PromoteTo(FloatTag(), hn::BitCast(halves, hn::LoadU(HalfWordTag(), x + p * kWidth)));
#else
        // float16_to_float() in vectors.
        const UintTag du;
        const auto half = hn::PromoteTo(du, hn::LoadU(HalfWordTag(), x + p * kWidth));
        const auto magnitude = hn::ShiftLeft<13>(hn::And(half, hn::Set(du, 0x7fff)));
        const auto number =
            hn::BitCast(du, hn::Mul(hn::BitCast(FloatTag(), magnitude), hn::Set(FloatTag(), 0x1p112f)));
        const auto finite = hn::Lt(hn::BitCast(IntTag(), magnitude), hn::Set(IntTag(), 0x7c00 << 13));
        const auto infinite = hn::IfThenZeroElse(hn::RebindMask(du, finite), hn::Set(du, 0x7f800000));
        const auto sign = hn::ShiftLeft<16>(hn::And(half, hn::Set(du, 0x8000)));
        r.part[p] = hn::BitCast(FloatTag(), hn::Or(hn::Or(number, infinite), sign));
#endif
    }
    return r;
}

/// float_to_float16() in vectors.
HWY_INLINE void store_float16(const F16& v, std::uint16_t* x)
{
    const IntTag di;
    BOOLAB_EACH_PART
    {
        const auto bits = hn::BitCast(di, v.part[p]);
        const auto magnitude = hn::And(bits, hn::Set(di, 0x7fffffff));
        const auto set = [&](std::int32_t value) HWY_ATTR { return hn::Set(di, value); };
        const auto odd = hn::And(hn::ShiftRight<13>(magnitude), set(1));
        const auto normal = hn::ShiftRight<13>(hn::Add(hn::Add(magnitude, odd), set(0xfff - 0x38000000)));
        const auto small =
            hn::NearestInt(hn::Mul(hn::BitCast(FloatTag(), magnitude), hn::Set(FloatTag(), 0x1p24f)));
        auto half = hn::IfThenElse(hn::Lt(magnitude, set(0x38800000)), small, normal);
        half = hn::IfThenElse(hn::Gt(magnitude, set(0x477fefff)), set(0x7c00), half);
        half = hn::IfThenElse(hn::Gt(magnitude, set(0x7f800000)), set(0x7e00), half);
        const auto sign = hn::ShiftRight<16>(hn::AndNot(set(0x7fffffff), bits));
        const auto whole = hn::Or(half, hn::And(sign, set(0x8000)));
        hn::StoreU(hn::DemoteTo(HalfWordTag(), whole), HalfWordTag(), x + p * kWidth);
    }
}

/// The same of bfloat16 bits.
HWY_INLINE F16 load_some(const std::uint16_t* x, std::int64_t n)
{
    if (HWY_LIKELY(n >= kLanes)) return load_bfloat16(x);
    std::uint16_t buffer[kLanes] = {};
    std::memcpy(buffer, x, std::size_t(n) * sizeof(std::uint16_t));
    return load_bfloat16(buffer);
}

HWY_INLINE void store_some(const F16& v, std::uint16_t* x, std::int64_t n)
{
    if (HWY_LIKELY(n >= kLanes)) return store_bfloat16(v, x);
    std::uint16_t buffer[kLanes];
    store_bfloat16(v, buffer);
    std::memcpy(x, buffer, std::size_t(n) * sizeof(std::uint16_t));
}

HWY_INLINE F16 add(const F16& a, const F16& b)
{
    F16 r;
    BOOLAB_EACH_PART r.part[p] = hn::Add(a.part[p], b.part[p]);
    return r;
}

HWY_INLINE F16 sub(const F16& a, const F16& b)
{
    F16 r;
    BOOLAB_EACH_PART r.part[p] = hn::Sub(a.part[p], b.part[p]);
    return r;
}

HWY_INLINE F16 mul(const F16& a, const F16& b)
{
    F16 r;
    BOOLAB_EACH_PART r.part[p] = hn::Mul(a.part[p], b.part[p]);
    return r;
}

HWY_INLINE F16 divide(const F16& a, const F16& b)
{
    F16 r;
    BOOLAB_EACH_PART r.part[p] = hn::Div(a.part[p], b.part[p]);
    return r;
}

HWY_INLINE F16 abs(const F16& a)
{
    F16 r;
    BOOLAB_EACH_PART r.part[p] = hn::Abs(a.part[p]);
    return r;
}

HWY_INLINE Mask16 at_least(const F16& a, const F16& b)
{
    Mask16 r;
    BOOLAB_EACH_PART r.part[p] = hn::Ge(a.part[p], b.part[p]);
    return r;
}

HWY_INLINE Mask16 less(const F16& a, const F16& b)
{
    Mask16 r;
    BOOLAB_EACH_PART r.part[p] = hn::Lt(a.part[p], b.part[p]);
    return r;
}

HWY_INLINE F16 select(const Mask16& m, const F16& yes, const F16& no)
{
    F16 r;
    BOOLAB_EACH_PART r.part[p] = hn::IfThenElse(m.part[p], yes.part[p], no.part[p]);
    return r;
}

/// v where the mask is set, else -v: B * v for a Boolean weight B.
HWY_INLINE F16 signed_by(const Mask16& plus, const F16& v)
{
    F16 r;
    const auto sign = hn::SignBit(FloatTag());
    BOOLAB_EACH_PART r.part[p] = hn::Xor(v.part[p], hn::IfThenZeroElse(plus.part[p], sign));
    return r;
}

/// Bit j of `bits` to lane j.
HWY_INLINE Mask16 mask_of(std::uint32_t bits)
{
    Mask16 r;
    BOOLAB_EACH_PART
    {
        const std::uint32_t word = (bits >> (p * kWidth)) & ((1u << kWidth) - 1);
        const std::uint8_t bytes[8] = {std::uint8_t(word), std::uint8_t(word >> 8)};
        r.part[p] = hn::LoadMaskBits(FloatTag(), bytes);
    }
    return r;
}

HWY_INLINE std::uint32_t bits_of(const Mask16& m)
{
    std::uint32_t bits = 0;
    BOOLAB_EACH_PART
    {
        std::uint8_t bytes[8] = {};
        hn::StoreMaskBits(FloatTag(), m.part[p], bytes);
        bits |= (std::uint32_t(bytes[0]) | std::uint32_t(bytes[1]) << 8) << (p * kWidth);
    }
    return bits;
}

/// Packed bits of columns j … j + n - 1 of a row (j a multiple of 16, n <= 16); reads only bytes that hold
/// them.
HWY_INLINE std::uint32_t load_bits(const std::uint8_t* row, std::int64_t j, std::int64_t n)
{
    const std::uint8_t* byte = row + j / 8;
    return n > 8 ? std::uint32_t(byte[0]) | std::uint32_t(byte[1]) << 8 : byte[0];
}

/// Writes only the bytes that hold those columns, padding bits as 0.
HWY_INLINE void store_bits(std::uint32_t bits, std::uint8_t* row, std::int64_t j, std::int64_t n)
{
    std::uint8_t* byte = row + j / 8;
    if (n < kLanes) bits &= (1u << n) - 1;
    byte[0] = std::uint8_t(bits);
    if (n > 8) byte[1] = std::uint8_t(bits >> 8);
}

HWY_INLINE std::int64_t columns_at(std::int64_t j, std::int64_t N)
{
    return HWY_MIN(kLanes, N - j);
}

/// A row sum: float lanes that go over into double every kFlushColumns columns.
struct RowSum {
    double lanes[kLanes] = {};

    HWY_INLINE void flush(const F16& v)
    {
        float values[kLanes];
        store(v, values);
        for (std::int64_t i = 0; i < kLanes; ++i)
            lanes[i] += double(values[i]);
    }
};

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
