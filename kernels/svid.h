// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bool_kernels.h"

namespace boolab::kernels
{

/// Relative squared errors ||W - What||^2 / ||W||^2 left after 1..K kernels are written to `errors` (K),
/// where not null. Greedy sign-value-independent decomposition (MBOK section 3.2; SVID, OneBit 2402.11295):
/// per kernel signs of the residual and the best rank-1 of its absolute values by power iteration from a
/// uniform vector. W (M, N) is not changed. A zero matrix gives zero scales. `layer` receives bits and
/// scales.
void svid(const float* W, const BoolKernels& layer, double* errors, int threads);

struct RefineConfig {
    int maxRounds = 12;
    double tolerance = 1e-3; ///< stop when a round lowers the error by less than this share
};

/// "refined" (method.md section 2): svid, then alternate signs given scales (nearest of the 2^K levels) and
/// scales given signs (cyclic rank-1 least squares, one u-step and one v-step per kernel) until the error
/// stops falling. columnWeights (N) or null: minimise sum_ij d_j (W - What)_ij^2 ("calibrated"). K <= 8.
void refine(const float* W, const float* columnWeights, const RefineConfig& config, const BoolKernels& layer,
            double* errors, int threads);

} // namespace boolab::kernels
