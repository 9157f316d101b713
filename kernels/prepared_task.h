// SPDX-License-Identifier: Apache-2.0
// Inside the library: what bool_gemm prepares of its tasks before it multiplies.
#pragma once

#include "kernels/bool_gemm.h"
#include "kernels/sign_tables.h"

namespace boolab::kernels
{

/// A task and its tokens' tables. A row is a token for a kernel.
struct PreparedTask {
    const GemmTask* task = nullptr;
    std::int64_t firstTile = 0;            ///< among those of all tasks
    GemmRow* rows = nullptr;               ///< (K, T)
    std::uint8_t* tables = nullptr;        ///< (K, T, tableBytes())
    std::int32_t* outlierPairs = nullptr;  ///< (K, T, most_outliers(N)): which pairs of bytes, ascending
    std::uint8_t* outlierTables = nullptr; ///< (K, T, outlierTableBytes()): those pairs' tables

    std::int64_t tableBytes() const { return task->layer.pairs() * kPairTableBytes; }
    std::int64_t outlierTableBytes() const { return most_outliers(task->layer.N) * kPairTableBytes; }
    std::int32_t* outlierPairsOf(std::int64_t row) const
    {
        return outlierPairs + row * most_outliers(task->layer.N);
    }
    std::uint8_t* outlierTablesOf(std::int64_t row) const
    {
        return outlierTables + row * outlierTableBytes();
    }
};

/// What preparing a row needs and fills.
struct RowMemory {
    std::int32_t* q;  ///< padded to a pair of bytes, with 0
    float* restScale; ///< (N)
    std::uint8_t* tables;
    std::int32_t* outlierPairs;
    std::uint8_t* outlierTables;
};

} // namespace boolab::kernels
