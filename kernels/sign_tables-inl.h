// SPDX-License-Identifier: Apache-2.0
// Activations in fixed point and their sign tables. Included once per target.
#if defined(BOOLAB_KERNELS_SIGN_TABLES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BOOLAB_KERNELS_SIGN_TABLES_INL_H
#undef BOOLAB_KERNELS_SIGN_TABLES_INL_H
#else
#define BOOLAB_KERNELS_SIGN_TABLES_INL_H
#endif

#include <array>

#include "kernels/lanes-inl.h"
#include "kernels/quantize_row.h"
#include "kernels/sign_tables.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

/// energy_of(). A q fits 16 bits, so the other half of its lane is 0 or -1 and its square's upper half 0.
static HWY_INLINE hn::Vec<IntTag> energies_of(hn::Vec<IntTag> q)
{
#if HWY_TARGET == HWY_SCALAR
    return hn::ShiftRight<16>(hn::Mul(q, q));
#else
    const auto halves = hn::BitCast(hn::Repartition<std::int16_t, IntTag>(), q);
    return hn::BitCast(IntTag(), hn::MulHigh(halves, halves));
#endif
}

struct QuantizedRow {
    RowScale scale;
    std::int32_t energy = 0; ///< sum_j energy_of(q_j)
};

/// quantize_row() in vectors; q beyond N stays as it is.
static HWY_INLINE QuantizedRow quantize(const float* x, const float* scaleIn, std::int64_t N, std::int32_t* q)
{
    const IntTag di;
    hn::Vec<IntTag> largest[kParts];
    BOOLAB_EACH_PART largest[p] = hn::Zero(di);
    for (std::int64_t j = 0; j < N; j += kLanes) {
        const std::int64_t n = columns_at(j, N);
        const F16 size = abs(mul(load_some(scaleIn + j, n), load_some(x + j, n)));
        BOOLAB_EACH_PART largest[p] = hn::Max(largest[p], hn::BitCast(di, size.part[p]));
    }
    std::int32_t most = 0;
    BOOLAB_EACH_PART most = std::max(most, hn::GetLane(hn::MaxOfLanes(di, largest[p])));
    const RowScale scale = row_scale(std::bit_cast<float>(most), largest_activation(N));
    if (scale.inverse == 0.0f) {
        std::fill_n(q, N, 0);
        return {scale};
    }
    hn::Vec<IntTag> energy[kParts];
    BOOLAB_EACH_PART energy[p] = hn::Zero(di);
    const F16 lift = splat(scale.lift), inverse = splat(scale.inverse);
    for (std::int64_t j = 0; j < N; j += kLanes) {
        const std::int64_t n = columns_at(j, N);
        const F16 v = mul(mul(mul(load_some(scaleIn + j, n), load_some(x + j, n)), lift), inverse);
        std::int32_t values[kLanes];
        std::int32_t* to = HWY_LIKELY(n == kLanes) ? q + j : values;
        BOOLAB_EACH_PART
        {
            const auto rounded = hn::NearestInt(v.part[p]);
            energy[p] = hn::Add(energy[p], energies_of(rounded));
            hn::StoreU(rounded, di, to + p * kWidth);
        }
        if (HWY_UNLIKELY(n < kLanes)) std::memcpy(q + j, values, std::size_t(n) * sizeof(*q));
    }
    std::int32_t sum = 0;
    BOOLAB_EACH_PART sum += hn::GetLane(hn::SumOfLanes(di, energy[p]));
    return {scale, sum};
}

#if HWY_TARGET != HWY_SCALAR

/// All bits set in the entries that have bit b.
alignas(64) inline constexpr auto kEntriesWithBit = [] {
    std::array<std::array<std::int32_t, kTableEntries>, 4> masks{};
    for (std::size_t b = 0; b < 4; ++b)
        for (std::size_t entry = 0; entry < kTableEntries; ++entry)
            masks[b][entry] = entry >> b & 1 ? -1 : 0;
    return masks;
}();
/// Of four 32-bit entries, byte 0 of each, then byte 1 of each, …; the same in every block of 16 bytes.
alignas(64) inline constexpr auto kBytesByPlane = [] {
    std::array<std::uint8_t, 64> places{};
    for (std::size_t i = 0; i < places.size(); ++i)
        places[i] = std::uint8_t(i % 4 * 4 + i % 16 / 4);
    return places;
}();
/// Words l + 4 p to place p * 4 + l: the planes of four blocks, one plane after another.
alignas(64) inline constexpr auto kWordsByPlane = [] {
    std::array<std::int32_t, kTableEntries> places{};
    for (std::size_t i = 0; i < places.size(); ++i)
        places[i] = std::int32_t(i % 4 * 4 + i / 4);
    return places;
}();

/// The three planes of one table of q_0 … q_3; writes kTableOverhang bytes more.
static HWY_INLINE void build_table(const std::int32_t* q, std::uint8_t* table)
{
    const IntTag di;
    const hn::Repartition<std::uint8_t, IntTag> d8;
    const auto byte = [&](int shift) HWY_ATTR { return hn::Set(di, ((1 << kPlaneBits) - 1) << shift); };
    const auto none = hn::Set(di, kEntryOffset - q[0] - q[1] - q[2] - q[3]);
    const auto twice0 = hn::Set(di, 2 * q[0]), twice1 = hn::Set(di, 2 * q[1]), twice2 = hn::Set(di, 2 * q[2]),
               twice3 = hn::Set(di, 2 * q[3]);
    const auto where = [&](std::size_t b, int p)
                           HWY_ATTR { return hn::Load(di, kEntriesWithBit[b].data() + p * kWidth); };
    alignas(64) std::int32_t blocks[kTableEntries];
    BOOLAB_EACH_PART
    {
        const auto low = hn::Add(hn::And(where(0, p), twice0), hn::And(where(1, p), twice1));
        const auto high = hn::Add(hn::And(where(2, p), twice2), hn::And(where(3, p), twice3));
        const auto sum = hn::Add(hn::Add(none, low), high);
        // Plane after plane to a byte of its own.
        const auto spread = hn::Or(hn::Or(hn::And(sum, byte(0)), hn::And(hn::ShiftLeft<2>(sum), byte(8))),
                                   hn::And(hn::ShiftLeft<4>(sum), byte(16)));
        const auto byPlane = hn::BitCast(
            di, hn::TableLookupBytes(hn::BitCast(d8, spread), hn::Load(d8, kBytesByPlane.data())));
        if constexpr (kParts == 1)
            hn::StoreU(
                hn::BitCast(d8, hn::TableLookupLanes(byPlane, hn::SetTableIndices(di, kWordsByPlane.data()))),
                d8, table);
        else
            hn::Store(byPlane, di, blocks + p * kWidth);
    }
    if constexpr (kParts > 1)
        for (std::int64_t plane = 0; plane < kPlanes; ++plane)
            for (std::int64_t block = 0; block < 4; ++block)
                std::memcpy(table + plane * kTableEntries + block * 4, blocks + block * 4 + plane, 4);
}

#else

/// The three planes of one table of q_0 … q_3.
static HWY_INLINE void build_table(const std::int32_t* q, std::uint8_t* table)
{
    for (std::int32_t entry = 0; entry < kTableEntries; ++entry) {
        std::int32_t sum = kEntryOffset;
        for (std::int32_t b = 0; b < 4; ++b)
            sum += entry >> b & 1 ? q[b] : -q[b];
        for (std::int64_t plane = 0; plane < kPlanes; ++plane)
            table[plane * kTableEntries + entry] =
                std::uint8_t(sum >> (plane * kPlaneBits) & ((1 << kPlaneBits) - 1));
    }
}

#endif

static HWY_INLINE void build_tables(const std::int32_t* q, std::int64_t pairs, std::uint8_t* tables)
{
    constexpr std::int64_t kTableBytes = kPlanes * kTableEntries;
    const std::int64_t last = pairs * kTablesPerPair - 1;
    for (std::int64_t table = 0; table < last; ++table)
        build_table(q + 4 * table, tables + table * kTableBytes);
    if (last < 0) return;
    // What follows may be another thread's.
    std::uint8_t buffer[kTableBytes + kTableOverhang];
    build_table(q + 4 * last, buffer);
    std::memcpy(tables + last * kTableBytes, buffer, std::size_t(kTableBytes));
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
