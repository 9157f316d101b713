// SPDX-License-Identifier: Apache-2.0
// The loop that bool_gemm spends its time in. Included once per target.
#if defined(BOOLAB_KERNELS_TILE_SUMS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BOOLAB_KERNELS_TILE_SUMS_INL_H
#undef BOOLAB_KERNELS_TILE_SUMS_INL_H
#else
#define BOOLAB_KERNELS_TILE_SUMS_INL_H
#endif

#include "kernels/lanes-inl.h"
#include "kernels/quantize_row.h"
#include "kernels/sign_tables.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

#if HWY_TARGET != HWY_SCALAR

using ByteTag = hn::CappedTag<std::uint8_t, std::size_t(kTileRows)>;
using WordTag = hn::Repartition<std::uint16_t, ByteTag>;
using SumTag = hn::Repartition<std::int32_t, ByteTag>;
using SumBitsTag = hn::RebindToUnsigned<SumTag>;
constexpr std::int64_t kByteLanes = std::int64_t(hn::MaxLanes(ByteTag()));
using Bytes = hn::Vec<ByteTag>;
using Words = hn::Vec<WordTag>;

/// 16-bit sums of a plane's bytes: `all` + 256 of the odd places' too, `odd` of those alone. Both modulo
/// 2^16: a block's sums fit.
struct PlaneSums {
    Words all, odd;

    HWY_INLINE void add(Bytes sums)
    {
        const Words words = hn::BitCast(WordTag(), sums);
        all = hn::Add(all, words);
        odd = hn::Add(odd, hn::ShiftRight<8>(words));
    }
    HWY_INLINE Words even() const { return hn::Sub(all, hn::ShiftLeft<8>(odd)); }
};
static_assert(kBlockColumns / kPairColumns * kTablesPerPair * 63 < 65536);

static HWY_INLINE Bytes look_up(const std::uint8_t* entries, Bytes places)
{
    return hn::TableLookupBytes(hn::LoadDup128(ByteTag(), entries), places);
}

/// sums (a vector's rows, those of its even or odd bytes) += plane 0 + 2^6 plane 1 + 2^12 plane 2.
static HWY_INLINE void add_planes(Words plane0, Words plane1, Words plane2, std::int32_t* sums)
{
    const SumBitsTag d;
    const auto widened = [&](auto first, auto second, auto third, std::int32_t* to) HWY_ATTR {
        auto* bits = reinterpret_cast<std::uint32_t*>(to);
        const auto sum =
            hn::Add(hn::Add(first, hn::ShiftLeft<kPlaneBits>(second)), hn::ShiftLeft<2 * kPlaneBits>(third));
        hn::StoreU(hn::Add(hn::LoadU(d, bits), sum), d, bits);
    };
    const auto lower = [&](Words words) HWY_ATTR { return hn::PromoteTo(d, hn::LowerHalf(words)); };
    const auto upper = [&](Words words)
                           HWY_ATTR { return hn::PromoteTo(d, hn::UpperHalf(hn::Half<WordTag>(), words)); };
    widened(lower(plane0), lower(plane1), lower(plane2), sums);
    widened(upper(plane0), upper(plane1), upper(plane2), sums + kByteLanes / 4);
}

/// Tokens that share a tile's nibbles: their sums stay in registers.
constexpr int kTokensTogether = kByteLanes == 64 ? 2 : 1;

/// sums (kTokens, rows of a tile) += the table entries that `pairs` pairs of bytes of every row name. tables:
/// one token's at a distance of tableBytes from the next.
template <int kTokens>
static HWY_INLINE void add_tile_sums(const std::uint8_t* tile, const std::uint8_t* tables,
                                     std::int64_t tableBytes, std::int64_t pairs, std::int32_t* sums)
{
    const ByteTag d;
    const Bytes low = hn::Set(d, 15);
    const auto high = [&](Bytes bytes) HWY_ATTR {
        return hn::And(hn::BitCast(d, hn::ShiftRight<4>(hn::BitCast(WordTag(), bytes))), low);
    };
    for (std::int64_t place = 0; place < kTileRows; place += kByteLanes) {
        const Words zero = hn::Zero(WordTag());
        PlaneSums planes[kTokens][kPlanes];
        for (auto& token : planes)
            for (PlaneSums& plane : token)
                plane = {zero, zero};
        const std::uint8_t *bytes = tile + place, *table = tables;
        for (std::int64_t pair = 0; pair < pairs; ++pair) {
            const Bytes first = hn::Load(d, bytes), second = hn::Load(d, bytes + kTileRows);
            const Bytes a = hn::And(first, low), b = high(first), c = hn::And(second, low), e = high(second);
            constexpr std::int64_t kNext = kPlanes * kTableEntries;
            for (int t = 0; t < kTokens; ++t)
                for (std::int64_t plane = 0; plane < kPlanes; ++plane) {
                    const std::uint8_t* entries = table + t * tableBytes + plane * kTableEntries;
                    planes[t][plane].add(
                        hn::Add(hn::Add(look_up(entries, a), look_up(entries + kNext, b)),
                                hn::Add(look_up(entries + 2 * kNext, c), look_up(entries + 3 * kNext, e))));
                }
            bytes += 2 * kTileRows;
            table += kPairTableBytes;
        }
        for (int t = 0; t < kTokens; ++t) {
            const auto& [plane0, plane1, plane2] = planes[t];
            std::int32_t* to = sums + t * kTileRows + place / 2;
            add_planes(plane0.even(), plane1.even(), plane2.even(), to);
            add_planes(plane0.odd, plane1.odd, plane2.odd, to + kTileRows / 2);
        }
    }
}

#else

constexpr int kTokensTogether = 1;

/// The same on a target without vectors.
template <int>
static HWY_INLINE void add_tile_sums(const std::uint8_t* tile, const std::uint8_t* tables,
                                     std::int64_t /*tableBytes*/, std::int64_t pairs, std::int32_t* sums)
{
    for (std::int64_t i = 0; i < kTileRows; ++i) {
        const std::uint8_t* byte = tile + place_in_tile(i);
        std::uint32_t sum = std::uint32_t(sums[i]);
        for (std::int64_t table = 0; table < pairs * kTablesPerPair; ++table) {
            const std::uint8_t nibble = byte[table / 2 * kTileRows] >> (table % 2 * 4) & 15;
            const std::uint8_t* entry = tables + table * kPlanes * kTableEntries + nibble;
            for (std::int64_t plane = 0; plane < kPlanes; ++plane)
                sum += std::uint32_t(entry[plane * kTableEntries]) << (plane * kPlaneBits);
        }
        sums[i] = std::int32_t(sum);
    }
}

#endif

/// y (M) += scaleOut (step sums) drop for the rows of a tile.
static HWY_INLINE void add_scaled(const PackedKernels& layer, std::int64_t k, std::int64_t tile, RowStep step,
                                  const std::int32_t* sums, float* y)
{
    const std::int64_t begin = tile * kTileRows, end = std::min(layer.M, begin + kTileRows);
    for (std::int64_t i = begin; i < end; i += kLanes) {
        const std::int64_t n = columns_at(i, end);
        F16 S;
        BOOLAB_EACH_PART S.part[p] =
            hn::ConvertTo(FloatTag(), hn::LoadU(IntTag(), sums + i - begin + p * kWidth));
        const F16 scaled = mul(load_some(layer.scaleOut + k * layer.M + i, n), mul(splat(step.size), S));
        store_some(add(load_some(y + i, n), mul(scaled, splat(step.drop))), y + i, n);
    }
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
