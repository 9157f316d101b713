// SPDX-License-Identifier: Apache-2.0
// Inside the library: what svid and refine share.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/bool_kernels.h"

namespace boolab::kernels
{

/// Power iterations end when the unit vector moves by less than this, or after that many.
constexpr double kPowerTolerance = 1e-7;
constexpr int kMaxPowerIterations = 60;

/// One reading of the residual R (M, N): kernel k takes its signs, next = R - B_k u_k v_k^T (may be R
/// itself).
struct ResidualPass {
    const float* R;
    float* next;
    const float* scaleIn; ///< v_k (padded N)
    const float* weights; ///< d (padded N)
    double* before;       ///< (M) sum_j d_j R_ij^2
    double* after;        ///< (M) sum_j d_j next_ij^2
};

/// Square roots of the column weights; a weight below 1e-6 of their mean counts as that much. Empty for null.
std::vector<double> column_roots(const float* columnWeights, std::int64_t N);

/// svid minimising sum_ij root_j^2 (W - What)_ij^2; `roots` empty means all 1. Errors are relative in that
/// norm.
void svid_weighted(const float* W, const std::vector<double>& roots, const BoolKernels& layer, double* errors,
                   int threads);
void svid_weighted_ref(const float* W, const std::vector<double>& roots, const BoolKernels& layer,
                       double* errors);

} // namespace boolab::kernels
