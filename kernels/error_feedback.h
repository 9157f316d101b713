// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bool_kernels.h"

namespace boolab::kernels
{

/// Consecutive columns of a weight matrix, transposed so that rows of W lie side by side.
struct FeedbackBlock {
    std::int64_t columns = 0, rows = 0, kernels = 0;
    const float* factor = nullptr;   ///< (columns, columns) part of U, U^T U = H^-1, upper triangular
    std::int64_t factorStride = 0;   ///< floats from one row of U to the next
    const float* scaleOut = nullptr; ///< (kernels, rows)
    const float* scaleIn = nullptr;  ///< (kernels, columns), of these columns
    float* weights = nullptr;        ///< (columns, rows): W^T in, the errors (w - level) / U_cc out
    std::uint8_t* codes = nullptr;   ///< (columns, rows) out: bit k set where kernel k takes +1
};

/// Error feedback over Boolean levels inside one block of columns (GPTQ, arXiv 2210.17323, algorithm 1): in
/// order, every weight takes its nearest level sum_k +-u_k v_k and its error, divided by U's diagonal, is
/// taken off the columns not yet done. What the block owes to the columns behind it is errors^T times U's
/// remaining columns. 1 to 8 kernels.
void error_feedback(const FeedbackBlock& block, int threads);

} // namespace boolab::kernels
