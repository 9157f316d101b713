// SPDX-License-Identifier: Apache-2.0
#include "kernels/packed_kernels.h"

#include <algorithm>
#include <cstring>

#include "kernels/thread_pool.h"

namespace boolab::kernels
{

namespace
{

constexpr std::int64_t kBlockBytes = kBlockColumns / 8;

/// body(byte of the row, its place among the tile's bytes)
template <class Body> void forRowBytes(const PackedKernels& packed, std::int64_t block, const Body& body)
{
    const std::int64_t bytes = std::min(row_bytes(packed.N) - block * kBlockBytes, kBlockBytes);
    for (std::int64_t b = 0; b < bytes; ++b)
        body(block * kBlockBytes + b, b * kTileRows);
}

void packTile(const BoolKernels& layer, const PackedKernels& packed, std::int64_t k, std::int64_t block,
              std::int64_t tile, std::uint8_t* destination)
{
    std::memset(destination, 0, std::size_t(packed.pairsOf(block) * 2 * kTileRows));
    const std::int64_t rows = std::min(kTileRows, layer.M - tile * kTileRows);
    for (std::int64_t i = 0; i < rows; ++i) {
        const std::uint8_t* row = layer.row(k, tile * kTileRows + i);
        forRowBytes(packed, block, [&](std::int64_t byte, std::int64_t place) {
            destination[place + place_in_tile(i)] = row[byte];
        });
    }
}

} // namespace

std::int64_t packed_bytes(std::int64_t K, std::int64_t M, std::int64_t N)
{
    const PackedKernels shape{K, M, N};
    return K * shape.tiles() * shape.pairs() * 2 * kTileRows;
}

PackedKernels pack_kernels(const BoolKernels& layer, std::uint8_t* destination, int threads)
{
    const PackedKernels packed{layer.K, layer.M, layer.N, destination, layer.scaleOut, layer.scaleIn};
    const std::int64_t tiles = packed.tiles(), blocks = packed.blocks();
    parallel_for(layer.K * blocks * tiles, threads, [&](std::int64_t index) {
        const std::int64_t tile = index % tiles, block = index / tiles % blocks, k = index / tiles / blocks;
        packTile(layer, packed, k, block, tile, destination + (packed.tile(k, block, tile) - packed.bits));
    });
    return packed;
}

void unpack_kernels(const PackedKernels& packed, std::uint8_t* bits)
{
    for (std::int64_t k = 0; k < packed.K; ++k)
        for (std::int64_t block = 0; block < packed.blocks(); ++block)
            for (std::int64_t i = 0; i < packed.M; ++i) {
                const std::uint8_t* tile = packed.tile(k, block, i / kTileRows);
                std::uint8_t* row = bits + (k * packed.M + i) * row_bytes(packed.N);
                forRowBytes(packed, block, [&](std::int64_t byte, std::int64_t place) {
                    row[byte] = tile[place + place_in_tile(i % kTileRows)];
                });
            }
}

} // namespace boolab::kernels
