// SPDX-License-Identifier: Apache-2.0
// A Boolean layer in a device's memory as the tensor cores take it: what upload writes and the ops read.
//
// Layout: [tile of 16 rows][kernel][block of 256 columns][lane of a warp] 16 bytes, which are the lane's
// part of A in mma.m16n8k256 as they stand: with g = lane / 4 and t = lane % 4 the 32-bit words t of rows g
// and g + 8, then the words t + 4 of the same rows; bit b of word w is column 32 w + b of the block. A warp
// reads 512 bytes in one piece and unpacks nothing. Rows are padded to a tile and columns to a block, with 0.
#pragma once

#include <cstdint>

#include "kernels/cuda/language.h"
#include "kernels/row_scale.h"

namespace boolab::kernels::cuda
{

constexpr std::int64_t kFragmentRows = 16, kFragmentColumns = 256, kFragmentLanes = 32;
/// Bytes of one token's quantised activations, or of one row tile's bits, in a block of columns.
constexpr std::int64_t kFragmentBytes = 512;
/// Boolean kernels that a layer may have here.
constexpr std::int64_t kMaxPackedKernels = 8;

constexpr std::int64_t fragment_tiles(std::int64_t M)
{
    return (M + kFragmentRows - 1) / kFragmentRows;
}
constexpr std::int64_t fragment_blocks(std::int64_t N)
{
    return (N + kFragmentColumns - 1) / kFragmentColumns;
}

/// Where byte `byte` (8 columns) of row i of kernel k of K stands.
constexpr std::int64_t fragment_place(std::int64_t K, std::int64_t N, std::int64_t k, std::int64_t i,
                                      std::int64_t byte)
{
    const std::int64_t word = byte / 4 % 8, lane = i % 8 * 4 + word % 4, part = i / 8 % 2 + word / 4 * 2;
    const std::int64_t block = (i / kFragmentRows * K + k) * fragment_blocks(N) + byte / 32;
    return (block * kFragmentLanes + lane) * 16 + part * 4 + byte % 4;
}

/// Letters as in kernels/bool_kernels.h.
struct DevicePackedLayer {
    std::int64_t K = 0, M = 0, N = 0;
    const uint4* bits = nullptr;         ///< (tiles, K, blocks, 32)
    const std::uint32_t* ones = nullptr; ///< (K, M) how many bits of a row are 1
    const float* scaleOut = nullptr;     ///< (K, M)
    const float* scaleIn = nullptr;      ///< (K, N)
};

} // namespace boolab::kernels::cuda
