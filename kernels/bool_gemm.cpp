// SPDX-License-Identifier: Apache-2.0
#include "kernels/bool_gemm.h"

#include <algorithm>

#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/prepared_task.h"
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

/// Whether one of a pair's q is an outlier.
static HWY_INLINE bool any_outlier(const std::int32_t* q, std::int32_t limit)
{
    const IntTag di;
    hn::Vec<IntTag> largest = hn::Zero(di);
    for (std::int64_t i = 0; i < kPairColumns; i += kWidth)
        largest = hn::Max(largest, energies_of(hn::LoadU(di, q + i)));
    return !hn::AllFalse(di, hn::Gt(largest, hn::Set(di, limit)));
}

/// Takes the outliers out of q, pair of bytes by pair of bytes: their tables, and scaleIn without them.
static std::int64_t split_off(const PackedKernels& layer, const float* scaleIn, std::int32_t limit,
                              const RowMemory& row)
{
    std::int64_t count = 0;
    std::copy_n(scaleIn, layer.N, row.restScale);
    for (std::int64_t pair = 0; pair < layer.pairs(); ++pair) {
        const std::int32_t* q = row.q + pair * kPairColumns;
        if (HWY_LIKELY(!any_outlier(q, limit))) continue;
        std::int32_t outliers[kPairColumns] = {};
        for (std::int64_t i = 0; i < kPairColumns; ++i)
            if (energy_of(q[i]) > limit) {
                outliers[i] = q[i];
                row.restScale[pair * kPairColumns + i] = 0.0f;
            }
        build_tables(outliers, 1, row.outlierTables + count * kPairTableBytes);
        row.outlierPairs[count++] = std::int32_t(pair);
    }
    return count;
}

/// Quantises one token for one kernel and builds its tables.
GemmRow prepare_token(const PackedKernels& layer, std::int64_t k, const float* x, const RowMemory& row)
{
    const float* scaleIn = layer.scaleIn + k * layer.N;
    const QuantizedRow whole = quantize(x, scaleIn, layer.N, row.q);
    const std::int32_t limit = outlier_limit(layer.N, whole.energy);
    GemmRow result;
    result.step = whole.scale.step;
    if (HWY_UNLIKELY(has_outliers(whole.scale, largest_activation(layer.N), limit))) {
        result.outlierStep = whole.scale.step;
        result.outlierPairs = split_off(layer, scaleIn, limit, row);
        result.step = quantize(x, row.restScale, layer.N, row.q).scale.step;
    }
    build_tables(row.q, layer.pairs(), row.tables);
    return result;
}

/// y (M) += a token's outliers for the rows of tiles begin … end - 1.
static void add_outliers(const PackedKernels& layer, std::int64_t k, const GemmRow& row,
                         const std::int32_t* pairs, const std::uint8_t* tables, std::int64_t begin,
                         std::int64_t end, float* y)
{
    constexpr std::int64_t kPairsOfBlock = kBlockColumns / kPairColumns;
    alignas(64) std::int32_t sums[kTileRows];
    for (std::int64_t tile = begin; tile < end; ++tile) {
        std::fill_n(sums, kTileRows, offset_of_sums(row.outlierPairs));
        for (std::int64_t i = 0; i < row.outlierPairs; ++i) {
            const std::uint8_t* bits = layer.tile(k, pairs[i] / kPairsOfBlock, tile);
            add_tile_sums<1>(bits + pairs[i] % kPairsOfBlock * 2 * kTileRows, tables + i * kPairTableBytes, 0,
                             1, sums);
        }
        add_scaled(layer, k, tile, row.outlierStep, sums, y);
    }
}

/// Tokens from `first` to `last` of the rows of tiles begin … end - 1 of y. sums: (end - begin, last - first,
/// rows of a tile).
static void gemm_tokens(const PreparedTask& prepared, std::int64_t T, std::int64_t first, std::int64_t last,
                        std::int64_t begin, std::int64_t end, std::int32_t* sums)
{
    const GemmTask& task = *prepared.task;
    const PackedKernels& layer = task.layer;
    const std::int64_t tableBytes = layer.pairs() * kPairTableBytes, tokens = last - first;
    for (std::int64_t k = 0; k < layer.K; ++k) {
        std::fill_n(sums, (end - begin) * tokens * kTileRows, offset_of_sums(layer.pairs()));
        for (std::int64_t block = 0; block < layer.blocks(); ++block) {
            const std::int64_t before = block * (kBlockColumns / kPairColumns) * kPairTableBytes;
            const std::uint8_t* table = prepared.tables + (k * T + first) * tableBytes + before;
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
                add_scaled(layer, k, tile, prepared.rows[k * T + first + t].step,
                           sums + ((tile - begin) * tokens + t) * kTileRows, task.y + (first + t) * layer.M);
        for (std::int64_t t = first; t < last; ++t) {
            const std::int64_t row = k * T + t;
            if (prepared.rows[row].outlierPairs > 0)
                add_outliers(layer, k, prepared.rows[row], prepared.outlierPairsOf(row),
                             prepared.outlierTablesOf(row), begin, end, task.y + t * layer.M);
        }
    }
}

void gemm_tiles(const PreparedTask& prepared, std::int64_t T, std::int64_t begin, std::int64_t end,
                std::int32_t* sums)
{
    for (std::int64_t first = 0; first < T; first += kTokensAtOnce)
        gemm_tokens(prepared, T, first, std::min(first + kTokensAtOnce, T), begin, end, sums);
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

/// Where every task's tables and rows lie.
std::vector<PreparedTask> shareOut(std::span<const GemmTask> tasks, std::int64_t T, GemmScratch& scratch)
{
    std::vector<PreparedTask> prepared;
    std::int64_t bytes = 0, rows = 0, pairs = 0, tiles = 0;
    for (const GemmTask& task : tasks) {
        prepared.push_back({.task = &task, .firstTile = tiles});
        const std::int64_t own = task.layer.K * T;
        bytes += own * (prepared.back().tableBytes() + prepared.back().outlierTableBytes());
        pairs += own * most_outliers(task.layer.N);
        rows += own;
        tiles += task.layer.tiles();
    }
    std::uint8_t* tables = scratch.tables(bytes);
    GemmRow* row = scratch.rows(rows);
    std::int32_t* pair = scratch.outlierPairs(pairs);
    for (PreparedTask& one : prepared) {
        const std::int64_t own = one.task->layer.K * T;
        one.tables = tables;
        one.outlierTables = tables += own * one.tableBytes();
        one.outlierPairs = pair;
        one.rows = row;
        tables += own * one.outlierTableBytes();
        pair += own * most_outliers(one.task->layer.N);
        row += own;
    }
    return prepared;
}

void prepareTask(const PreparedTask& prepared, std::int64_t T, int threads)
{
    const PackedKernels& layer = prepared.task->layer;
    const std::int64_t rows = layer.K * T;
    parallel_for(rows, rows * layer.N >= kWorthHelp ? threads : 1, [&](std::int64_t row) {
        thread_local std::vector<std::int32_t> t_q;
        thread_local std::vector<float> t_restScale;
        t_q.assign(std::size_t(layer.pairs() * kPairColumns), 0);
        t_restScale.resize(std::max(t_restScale.size(), std::size_t(layer.N)));
        const RowMemory memory{t_q.data(), t_restScale.data(), prepared.tables + row * prepared.tableBytes(),
                               prepared.outlierPairsOf(row), prepared.outlierTablesOf(row)};
        prepared.rows[row] =
            HWY_DYNAMIC_DISPATCH(prepare_token)(layer, row / T, prepared.task->x + row % T * layer.N, memory);
    });
}

/// The tiles from `begin` to `end` among those of all tasks.
void multiply(const std::vector<PreparedTask>& prepared, std::int64_t T, std::int64_t begin, std::int64_t end)
{
    thread_local std::vector<std::int32_t> t_sums;
    for (const PreparedTask& one : prepared) {
        const std::int64_t first = std::max<std::int64_t>(begin - one.firstTile, 0);
        const std::int64_t last = std::min(end - one.firstTile, one.task->layer.tiles());
        if (first >= last) continue;
        t_sums.resize(std::size_t((last - first) * std::min(T, kTokensAtOnce) * kTileRows));
        HWY_DYNAMIC_DISPATCH(gemm_tiles)(one, T, first, last, t_sums.data());
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
    for (const PreparedTask& one : prepared)
        prepareTask(one, T, threads);
    const std::int64_t parts = std::min<std::int64_t>(tiles, std::max(threads, 1));
    parallel_for(parts, threads, [&](std::int64_t part) {
        multiply(prepared, T, tiles * part / parts, tiles * (part + 1) / parts);
    });
}

} // namespace boolab::kernels
#endif
