// SPDX-License-Identifier: Apache-2.0
// Boolean kernels laid out for streaming: what bool_gemm reads.
#pragma once

#include "kernels/bool_kernels.h"

namespace boolab::kernels
{

/// Rows that lie side by side, and columns whose tables fit a core's first cache.
constexpr std::int64_t kTileRows = 64;
constexpr std::int64_t kBlockColumns = 1024;
/// Columns that a step of the loop takes: two bytes of every row of a tile.
constexpr std::int64_t kPairColumns = 16;

/// Where row i of a tile stands among its 64 bytes.
constexpr std::int64_t place_in_tile(std::int64_t i)
{
    return i < kTileRows / 2 ? 2 * i : 2 * i - kTileRows + 1;
}

/// The bits of a layer, tile by tile; the same layout for every instruction set. Non-owning.
///
/// [kernel][block of kBlockColumns columns][tile of kTileRows rows][byte of 8 columns][row of the tile]
///
/// Within a tile's 64 bytes the even places hold rows 0 … 31, the odd ones rows 32 … 63, so that 16-bit sums
/// of bytes come out in the order of the rows. Rows are padded to a tile, columns to a pair of bytes, with 0.
struct PackedKernels {
    std::int64_t K = 0, M = 0, N = 0;
    const std::uint8_t* bits = nullptr; ///< packed_bytes(K, M, N), aligned to 64
    const float* scaleOut = nullptr;    ///< (K, M)
    const float* scaleIn = nullptr;     ///< (K, N)

    std::int64_t tiles() const { return (M + kTileRows - 1) / kTileRows; }
    std::int64_t blocks() const { return (N + kBlockColumns - 1) / kBlockColumns; }
    std::int64_t pairs() const { return (N + kPairColumns - 1) / kPairColumns; }
    /// Pairs of bytes of a block's rows; the last block may be narrower.
    std::int64_t pairsOf(std::int64_t block) const
    {
        constexpr std::int64_t kPairs = kBlockColumns / kPairColumns;
        const std::int64_t left = pairs() - block * kPairs;
        return left < kPairs ? left : kPairs;
    }
    const std::uint8_t* tile(std::int64_t k, std::int64_t block, std::int64_t tile) const
    {
        constexpr std::int64_t kPairs = kBlockColumns / kPairColumns, kPairBytes = 2 * kTileRows;
        const std::int64_t before = (k * tiles() * pairs() + block * kPairs * tiles()) * kPairBytes;
        return bits + before + tile * pairsOf(block) * kPairBytes;
    }
    /// B_k,ij as +1 or -1; slow.
    float sign(std::int64_t k, std::int64_t i, std::int64_t j) const
    {
        const std::int64_t byte = j % kBlockColumns / 8;
        const std::uint8_t* place = tile(k, j / kBlockColumns, i / kTileRows) + byte * kTileRows;
        return place[place_in_tile(i % kTileRows)] >> (j % 8) & 1 ? 1.0f : -1.0f;
    }
};

/// Bytes of a layer's packed bits.
std::int64_t packed_bytes(std::int64_t K, std::int64_t M, std::int64_t N);
/// Lays out the bits of `layer` at `destination` (packed_bytes(K, M, N)); the scales are those of `layer`.
PackedKernels pack_kernels(const BoolKernels& layer, std::uint8_t* destination, int threads);
/// The bits back as they were: (K, M, row_bytes(N)).
void unpack_kernels(const PackedKernels& packed, std::uint8_t* bits);

} // namespace boolab::kernels
