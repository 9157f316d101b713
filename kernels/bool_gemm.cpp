// SPDX-License-Identifier: Apache-2.0
#include "kernels/bool_gemm.h"

#include <algorithm>

#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/quantize_row.h"
#include "kernels/reference.h"
#include "kernels/thread_pool.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bool_gemm.cpp"
#include <hwy/foreach_target.h>

#include "kernels/sign_tables-inl.h"
#include "kernels/tile_sums-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

/// Quantises one token for one kernel and builds its tables; its step. q: padded to a pair of bytes.
RowStep prepare_token(const PackedKernels& layer, std::int64_t k, const float* x, std::int32_t* q,
                      std::uint8_t* tables)
{
    const RowStep step = quantize(x, layer.scaleIn + k * layer.N, layer.N, q);
    build_tables(q, layer.pairs(), tables);
    return step;
}

/// Tokens from `first` to `last` of the rows of tiles begin … end - 1 of y. tables: (K, T, tableBytes),
/// steps: (K, T), sums: (end - begin, last - first, rows of a tile).
static void gemm_tokens(const GemmTask& task, std::int64_t T, std::int64_t first, std::int64_t last,
                        const std::uint8_t* tables, const RowStep* steps, std::int64_t begin,
                        std::int64_t end, std::int32_t* sums)
{
    const PackedKernels& layer = task.layer;
    const std::int64_t tableBytes = layer.pairs() * kPairTableBytes, tokens = last - first;
    for (std::int64_t k = 0; k < layer.K; ++k) {
        std::fill_n(sums, (end - begin) * tokens * kTileRows, offset_of_sums(layer.pairs()));
        for (std::int64_t block = 0; block < layer.blocks(); ++block) {
            const std::int64_t before = block * (kBlockColumns / kPairColumns) * kPairTableBytes;
            const std::uint8_t* table = tables + (k * T + first) * tableBytes + before;
            for (std::int64_t tile = begin; tile < end; ++tile) {
                const std::uint8_t* bits = layer.tile(k, block, tile);
                std::int32_t* sum = sums + (tile - begin) * tokens * kTileRows;
                std::int64_t t = 0;
                for (; t + kTokensTogether <= tokens; t += kTokensTogether)
                    add_tile_sums<kTokensTogether>(bits, table + t * tableBytes, tableBytes,
                                                   layer.pairsOf(block), sum + t * kTileRows);
                for (; t < tokens; ++t)
                    add_tile_sums<1>(bits, table + t * tableBytes, tableBytes, layer.pairsOf(block),
                                     sum + t * kTileRows);
            }
        }
        for (std::int64_t tile = begin; tile < end; ++tile)
            for (std::int64_t t = 0; t < tokens; ++t)
                add_scaled(layer, k, tile, steps[k * T + first + t],
                           sums + ((tile - begin) * tokens + t) * kTileRows, task.y + (first + t) * layer.M);
    }
}

void gemm_tiles(const GemmTask& task, std::int64_t T, const std::uint8_t* tables, const RowStep* steps,
                std::int64_t begin, std::int64_t end, std::int32_t* sums)
{
    for (std::int64_t first = 0; first < T; first += kTokensAtOnce)
        gemm_tokens(task, T, first, std::min(first + kTokensAtOnce, T), tables, steps, begin, end, sums);
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(prepare_token);
HWY_EXPORT(gemm_tiles);

namespace
{

// Tables of the smallest decoders are built before a helper would have woken up.
constexpr std::int64_t kWorthHelp = 32768;

struct Prepared {
    const GemmTask* task;
    std::uint8_t* tables; ///< (K, T)
    RowStep* steps;       ///< (K, T)
    std::int64_t firstTile;
};

std::int64_t tableBytes(const PackedKernels& layer)
{
    return layer.pairs() * kPairTableBytes;
}

/// Where every task's tables and steps lie.
std::vector<Prepared> shareOut(std::span<const GemmTask> tasks, std::int64_t T, GemmScratch& scratch)
{
    std::int64_t bytes = 0, steps = 0, tiles = 0;
    for (const GemmTask& task : tasks) {
        bytes += task.layer.K * T * tableBytes(task.layer);
        steps += task.layer.K * T;
    }
    std::uint8_t* tables = scratch.tables(bytes);
    RowStep* step = scratch.steps(steps);
    std::vector<Prepared> prepared;
    for (const GemmTask& task : tasks) {
        prepared.push_back({&task, tables, step, tiles});
        tables += task.layer.K * T * tableBytes(task.layer);
        step += task.layer.K * T;
        tiles += task.layer.tiles();
    }
    return prepared;
}

void prepareTask(const Prepared& prepared, std::int64_t T, int threads)
{
    const PackedKernels& layer = prepared.task->layer;
    const std::int64_t rows = layer.K * T;
    parallel_for(rows, rows * layer.N >= kWorthHelp ? threads : 1, [&](std::int64_t row) {
        thread_local std::vector<std::int32_t> t_q;
        t_q.assign(std::size_t(layer.pairs() * kPairColumns), 0);
        prepared.steps[row] =
            HWY_DYNAMIC_DISPATCH(prepare_token)(layer, row / T, prepared.task->x + row % T * layer.N,
                                                t_q.data(), prepared.tables + row * tableBytes(layer));
    });
}

/// The tiles from `begin` to `end` among those of all tasks.
void multiply(const std::vector<Prepared>& prepared, std::int64_t T, std::int64_t begin, std::int64_t end)
{
    thread_local std::vector<std::int32_t> t_sums;
    for (const Prepared& one : prepared) {
        const std::int64_t first = std::max<std::int64_t>(begin - one.firstTile, 0);
        const std::int64_t last = std::min(end - one.firstTile, one.task->layer.tiles());
        if (first >= last) continue;
        t_sums.resize(std::size_t((last - first) * std::min(T, kTokensAtOnce) * kTileRows));
        HWY_DYNAMIC_DISPATCH(gemm_tiles)(*one.task, T, one.tables, one.steps, first, last, t_sums.data());
    }
}

} // namespace

void bool_gemm(std::span<const GemmTask> tasks, std::int64_t T, GemmScratch& scratch, int threads)
{
    if (T == 0) return;
    if (reference_forced()) {
        for (const GemmTask& task : tasks)
            bool_gemm_ref(task.layer, task.x, T, task.y);
        return;
    }
    std::int64_t tiles = 0;
    for (const GemmTask& task : tasks) {
        std::fill_n(task.y, T * task.layer.M, 0.0f);
        tiles += task.layer.tiles();
    }
    const auto prepared = shareOut(tasks, T, scratch);
    for (const Prepared& one : prepared)
        prepareTask(one, T, threads);
    const std::int64_t parts = std::min<std::int64_t>(tiles, std::max(threads, 1));
    parallel_for(parts, threads, [&](std::int64_t part) {
        multiply(prepared, T, tiles * part / parts, tiles * (part + 1) / parts);
    });
}

} // namespace boolab::kernels
#endif
