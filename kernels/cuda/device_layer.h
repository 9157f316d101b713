// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/sum_order.h"

namespace boolab::kernels::cuda
{

/// A Boolean layer in device memory; letters as in kernels/bool_kernels.h, rows padded to whole words.
struct DeviceLayer {
    std::int64_t K = 0, M = 0, N = 0;
    std::uint16_t* bits = nullptr; ///< (K, M, words()), bit c of word w is column 16w + c
    float* scaleOut = nullptr;     ///< (K, M)
    float* scaleIn = nullptr;      ///< (K, width()), zero beyond N

    constexpr std::int64_t width() const { return padded(N); }
    constexpr std::int64_t words() const { return padded(N) / kLanes; }
};

/// Device scratch of the ops, of one layer's sizes.
struct DeviceScratch {
    float* residual = nullptr;   ///< (M, N)
    float* weights = nullptr;    ///< d (width), zero beyond N
    double* roots = nullptr;     ///< square roots of d (width)
    float* rowFactor = nullptr;  ///< (width) what a pass over the rows multiplies with
    float* partials = nullptr;   ///< (chunks, width)
    double* columns = nullptr;   ///< (width)
    double* u = nullptr;         ///< (M)
    double* v = nullptr;         ///< (width)
    double* rowErrors = nullptr; ///< (M, K + 1), at least (M, 2)
    double* sums = nullptr;      ///< (kMaxSums)
};
/// Sums over whole vectors that an op leaves at a time.
constexpr int kMaxSums = 16;

} // namespace boolab::kernels::cuda
