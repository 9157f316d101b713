// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bool_kernels.h"

namespace boolab::kernels
{

/// With G = dL/dW (M, N): gradScaleOut_k = (G * B_k) scaleIn_k (K, M) and gradScaleIn_k = (G * B_k)^T
/// scaleOut_k (K, N) (method.md section 4). Sums are accumulated so that the result does not depend on
/// `threads`. Results are added to.
void scale_gradient(const BoolKernels& layer, const float* G, float* gradScaleOut, float* gradScaleIn,
                    int threads);

} // namespace boolab::kernels
