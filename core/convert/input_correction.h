// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/types.h>

namespace boolab
{

/// The weight that makes up for what the layers before changed (GPTAQ, arXiv 2504.02692; the residual term is
/// ours): W* = (W C + lambda W + R)(H + lambda)^-1 minimises ||W x_full + r - W* x_converted||^2 over the
/// calibration tokens, held near W by lambda. One for all layers that share an input.
class InputCorrection
{
public:
    /// gram (N, N) = sum x_converted x_converted^T; cross (N, N) = sum x_full x_converted^T; residual (M, N)
    /// = sum r x_converted^T, r the error of the residual stream that the output is added to, or undefined.
    InputCorrection(const at::Tensor& gram, const at::Tensor& cross, at::Tensor residual);

    /// (M, N); the weight itself where the system cannot be solved.
    at::Tensor apply(const at::Tensor& weight) const;

private:
    at::Tensor m_lower;    ///< Cholesky factor of H + lambda; undefined where there is none
    at::Tensor m_right;    ///< C + lambda
    at::Tensor m_residual; ///< R
};

} // namespace boolab
