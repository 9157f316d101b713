// SPDX-License-Identifier: Apache-2.0
// Inside the library: the tables that bool_gemm looks sums of four activations up in.
#pragma once

#include "kernels/packed_kernels.h"

namespace boolab::kernels
{

// An entry holds sum_{b<4} +-q_b + kEntryOffset, 18 bits, as three bytes of 6 bits: four of a plane's entries
// add up within a byte.
constexpr std::int64_t kPlanes = 3, kPlaneBits = 6;
constexpr std::int32_t kEntryOffset = 1 << 17;
constexpr std::int64_t kTableEntries = 16, kTablesPerPair = kPairColumns / 4;
/// Tables of a pair of bytes: [table][plane][entry].
constexpr std::int64_t kPairTableBytes = kTablesPerPair * kPlanes * kTableEntries;

/// Tokens whose tables and sums stay in the second cache while tiles go by.
constexpr std::int64_t kTokensAtOnce = 16;

/// Bytes that building a table may write beyond it.
constexpr std::int64_t kTableOverhang = 16;

/// What the sums of a row of so many pairs begin with, for the entries' offsets to cancel (modulo 2^32).
constexpr std::int32_t offset_of_sums(std::int64_t pairs)
{
    return std::int32_t(-std::uint32_t(pairs * kTablesPerPair) * std::uint32_t(kEntryOffset));
}

} // namespace boolab::kernels
