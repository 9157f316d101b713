// SPDX-License-Identifier: Apache-2.0
// The ops of core/model/block_ops.h in LibTorch's own operators and gradients, for tensors that are not the
// CPU's. Equal to those up to rounding.
#pragma once

#include <torch/types.h>

namespace boolab::expressions
{

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps);
at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up);
at::Tensor rotateHeads(const at::Tensor& x, const at::Tensor& cosine, const at::Tensor& sine);

} // namespace boolab::expressions
