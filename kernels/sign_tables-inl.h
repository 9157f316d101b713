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

/// quantize_row() in vectors; q beyond N stays as it is.
static HWY_INLINE RowStep quantize(const float* x, const float* scaleIn, std::int64_t N, std::int32_t* q)
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
    const RowScale scale = row_scale(std::bit_cast<float>(most), N);
    if (scale.inverse == 0.0f) {
        std::fill_n(q, N, 0);
        return scale.step;
    }
    const F16 lift = splat(scale.lift), inverse = splat(scale.inverse);
    for (std::int64_t j = 0; j < N; j += kLanes) {
        const std::int64_t n = columns_at(j, N);
        const F16 v = mul(mul(mul(load_some(scaleIn + j, n), load_some(x + j, n)), lift), inverse);
        alignas(64) std::int32_t values[kLanes];
        BOOLAB_EACH_PART hn::Store(hn::NearestInt(v.part[p]), di, values + p * kWidth);
        std::memcpy(q + j, values, std::size_t(n) * sizeof(*q));
    }
    return scale.step;
}

/// All bits set in the entries that have bit b.
alignas(64) inline constexpr auto kEntriesWithBit = [] {
    std::array<std::array<std::int32_t, kTableEntries>, 4> masks{};
    for (std::size_t b = 0; b < 4; ++b)
        for (std::size_t entry = 0; entry < kTableEntries; ++entry)
            masks[b][entry] = entry >> b & 1 ? -1 : 0;
    return masks;
}();

/// The three planes of one table of q_0 … q_3.
static HWY_INLINE void build_table(const std::int32_t* q, std::uint8_t* table)
{
    const IntTag di;
    const hn::Rebind<std::uint8_t, IntTag> d8;
    const auto low = hn::Set(di, (1 << kPlaneBits) - 1);
    const auto none = hn::Set(di, kEntryOffset - q[0] - q[1] - q[2] - q[3]);
    BOOLAB_EACH_PART
    {
        auto sum = none;
        for (std::size_t b = 0; b < 4; ++b)
            sum = hn::Add(
                sum, hn::And(hn::Load(di, kEntriesWithBit[b].data() + p * kWidth), hn::Set(di, 2 * q[b])));
        std::uint8_t* entries = table + p * kWidth;
        hn::StoreU(hn::DemoteTo(d8, hn::And(sum, low)), d8, entries);
        hn::StoreU(hn::DemoteTo(d8, hn::And(hn::ShiftRight<kPlaneBits>(sum), low)), d8,
                   entries + kTableEntries);
        hn::StoreU(hn::DemoteTo(d8, hn::ShiftRight<2 * kPlaneBits>(sum)), d8, entries + 2 * kTableEntries);
    }
}

static HWY_INLINE void build_tables(const std::int32_t* q, std::int64_t pairs, std::uint8_t* tables)
{
    for (std::int64_t table = 0; table < pairs * kTablesPerPair; ++table)
        build_table(q + 4 * table, tables + table * kPlanes * kTableEntries);
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
