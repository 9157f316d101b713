// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bool_kernels.h"

namespace boolab::kernels
{

/// Consecutive columns of a quantised weight matrix, transposed so that rows lie side by side.
struct DescentBlock {
    std::int64_t columns = 0, rows = 0, kernels = 0;
    const float* hessian = nullptr;  ///< (columns, columns) part of H, symmetric
    std::int64_t hessianStride = 0;  ///< floats from one row of H to the next
    const float* scaleOut = nullptr; ///< (kernels, rows)
    const float* scaleIn = nullptr;  ///< (kernels, columns), of these columns
    float* slope = nullptr;          ///< (columns, rows): ((W - Q) H)^T, kept up to date inside the block
    float* levels = nullptr;         ///< (columns, rows): Q^T in and out
    float* steps = nullptr;          ///< (columns, rows) out: how far every level moved
    std::uint8_t* codes = nullptr;   ///< (columns, rows) in and out: bit k set where kernel k takes +1
};

/// One pass of coordinate descent on tr((W - Q) H (W - Q)^T) over the signs: in order, every weight takes the
/// level nearest to Q + (slope / H_cc), the minimum along its own coordinate. What the block owes to the
/// other columns' slopes is -steps^T times H's columns. Never raises the error. 1 to 8 kernels.
void sign_descent(const DescentBlock& block, int threads);

} // namespace boolab::kernels
