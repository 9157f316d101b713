// SPDX-License-Identifier: Apache-2.0
#include "core/model/block_expressions.h"

#include <torch/utils.h>

namespace boolab::expressions
{

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps)
{
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor inverse = wide.square().mean(-1, /*keepdim=*/true).add(eps).rsqrt();
    return weight * (wide * inverse).to(x.scalar_type());
}

at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up)
{
    return at::silu(gate) * up;
}

at::Tensor rotateHeads(const at::Tensor& x, const at::Tensor& cosine, const at::Tensor& sine)
{
    const at::Tensor wide = x.to(at::kFloat);
    const auto halves = wide.chunk(2, -1);
    const at::Tensor turned = at::cat({-halves[1], halves[0]}, -1);
    return (wide * cosine.unsqueeze(1) + turned * sine.unsqueeze(1)).to(x.scalar_type());
}

} // namespace boolab::expressions
