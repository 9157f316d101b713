// SPDX-License-Identifier: Apache-2.0
// Inside the library: what the passes of refine read.
#pragma once

#include "kernels/bool_kernels.h"

namespace boolab::kernels
{

/// More kernels than this would make 2^K levels per weight slow.
constexpr std::int64_t kMaxRefinedKernels = 8;
/// Least-squares sweeps over the kernels between two assignments of signs.
constexpr int kScaleSweeps = 2;

struct RefineData {
    const float* W;       ///< (M, N)
    BoolKernels layer;    ///< bits and scaleOut are read and written in place
    const float* scaleIn; ///< (K, padded N) copy of the layer's
    const float* weights; ///< d (padded N)
};

/// The least-squares step of one kernel's scaleOut, and the sums that give its scaleIn.
struct ScaleStep {
    std::int64_t k;
    const float* weightedScaleIn; ///< d_j v_j (padded N)
    double norm;                  ///< sum_j d_j v_j^2
};

} // namespace boolab::kernels
