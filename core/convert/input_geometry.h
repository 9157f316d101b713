// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/types.h>

namespace boolab
{

/// (N) a Gram matrix' diagonal over its mean plus 0.01: what "calibrated" weighs columns by.
at::Tensor columnWeightsOf(const at::Tensor& gram);

/// What the layers that share an input need to know of it, in the order in which error feedback visits the
/// columns (falling H_jj). float32.
struct InputGeometry {
    /// gram (N, N): sum over tokens of x x^T; `damping` times the mean of its diagonal is added to it.
    InputGeometry(const at::Tensor& gram, double damping);

    at::Tensor order;         ///< (N) int64: column of W at each place
    at::Tensor hessian;       ///< (N, N) damped, ordered
    at::Tensor factor;        ///< (N, N) upper U with U^T U = hessian^-1 (GPTQ, arXiv 2210.17323)
    at::Tensor columnWeights; ///< (N) of the undamped H, in W's own order
};

} // namespace boolab
