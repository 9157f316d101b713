// SPDX-License-Identifier: Apache-2.0
#include "core/model/block_ops.h"

#include "core/model/block_expressions.h"
#include "kernels/rms_norm.h"
#include "kernels/rotate_heads.h"
#include "kernels/swiglu.h"

#include <ATen/Parallel.h>
#include <torch/autograd.h>

namespace boolab
{

namespace
{

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

const std::uint16_t* narrow(const at::Tensor& x)
{
    return static_cast<const std::uint16_t*>(x.const_data_ptr());
}

std::uint16_t* mutableNarrow(const at::Tensor& x)
{
    return static_cast<std::uint16_t*>(x.mutable_data_ptr());
}

bool isNarrow(const at::Tensor& x)
{
    return x.scalar_type() == at::kBFloat16;
}

struct RmsNorm : torch::autograd::Function<RmsNorm> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& given, const at::Tensor& weight,
                              double eps)
    {
        const at::Tensor x = given.contiguous();
        const std::int64_t C = x.size(-1), R = x.numel() / C;
        at::Tensor y = at::empty_like(x), inverseRms = at::empty({R}, at::kFloat);
        auto* inverse = inverseRms.mutable_data_ptr<float>();
        const int threads = at::get_num_threads();
        if (isNarrow(x))
            kernels::rms_norm(narrow(x), narrow(weight), R, C, eps, mutableNarrow(y), inverse, threads);
        else
            kernels::rms_norm(x.const_data_ptr<float>(), weight.const_data_ptr<float>(), R, C, eps,
                              y.mutable_data_ptr<float>(), inverse, threads);
        context->save_for_backward({x, weight, inverseRms});
        return y;
    }

    static variable_list backward(AutogradContext* context, variable_list gradOutputs)
    {
        const auto saved = context->get_saved_variables();
        const at::Tensor &x = saved[0], &weight = saved[1], &inverseRms = saved[2];
        const at::Tensor gradY = gradOutputs[0].contiguous();
        const std::int64_t C = x.size(-1), R = x.numel() / C;
        at::Tensor gradX = at::empty_like(x), gradWeight;
        if (context->needs_input_grad(1)) gradWeight = at::empty({C}, at::kFloat);
        auto* sums = gradWeight.defined() ? gradWeight.mutable_data_ptr<float>() : nullptr;
        const auto* inverse = inverseRms.const_data_ptr<float>();
        const int threads = at::get_num_threads();
        if (isNarrow(x))
            kernels::rms_norm_gradient(narrow(x), narrow(weight), inverse, narrow(gradY), R, C,
                                       mutableNarrow(gradX), sums, threads);
        else
            kernels::rms_norm_gradient(x.const_data_ptr<float>(), weight.const_data_ptr<float>(), inverse,
                                       gradY.const_data_ptr<float>(), R, C, gradX.mutable_data_ptr<float>(),
                                       sums, threads);
        return {gradX, gradWeight.defined() ? gradWeight.to(weight.scalar_type()) : gradWeight, {}};
    }
};

struct Swiglu : torch::autograd::Function<Swiglu> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& gate, const at::Tensor& up)
    {
        at::Tensor y = at::empty_like(gate);
        const int threads = at::get_num_threads();
        if (isNarrow(gate))
            kernels::swiglu(narrow(gate), narrow(up), gate.numel(), mutableNarrow(y), threads);
        else
            kernels::swiglu(gate.const_data_ptr<float>(), up.const_data_ptr<float>(), gate.numel(),
                            y.mutable_data_ptr<float>(), threads);
        context->save_for_backward({gate, up});
        return y;
    }

    static variable_list backward(AutogradContext* context, variable_list gradOutputs)
    {
        const auto saved = context->get_saved_variables();
        const at::Tensor &gate = saved[0], &up = saved[1];
        const at::Tensor gradY = gradOutputs[0].contiguous();
        at::Tensor gradGate = at::empty_like(gate), gradUp = at::empty_like(up);
        const int threads = at::get_num_threads();
        if (isNarrow(gate))
            kernels::swiglu_gradient(narrow(gate), narrow(up), narrow(gradY), gate.numel(),
                                     mutableNarrow(gradGate), mutableNarrow(gradUp), threads);
        else
            kernels::swiglu_gradient(
                gate.const_data_ptr<float>(), up.const_data_ptr<float>(), gradY.const_data_ptr<float>(),
                gate.numel(), gradGate.mutable_data_ptr<float>(), gradUp.mutable_data_ptr<float>(), threads);
        return {gradGate, gradUp};
    }
};

at::Tensor rotated(const at::Tensor& x, const at::Tensor& cosine, const at::Tensor& sine, bool backwards)
{
    const std::int64_t T = x.size(1), H = x.size(2), D = x.size(3), R = x.size(0) * T;
    at::Tensor y = at::empty_like(x);
    const auto *cosines = cosine.const_data_ptr<float>(), *sines = sine.const_data_ptr<float>();
    const int threads = at::get_num_threads();
    if (isNarrow(x))
        kernels::rotate_heads(narrow(x), cosines, sines, R, T, H, D, backwards, mutableNarrow(y), threads);
    else
        kernels::rotate_heads(x.const_data_ptr<float>(), cosines, sines, R, T, H, D, backwards,
                              y.mutable_data_ptr<float>(), threads);
    return y;
}

struct RotateHeads : torch::autograd::Function<RotateHeads> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& cosine,
                              const at::Tensor& sine)
    {
        context->save_for_backward({cosine, sine});
        return rotated(x.contiguous(), cosine, sine, false);
    }

    static variable_list backward(AutogradContext* context, variable_list gradOutputs)
    {
        const auto saved = context->get_saved_variables();
        return {rotated(gradOutputs[0].contiguous(), saved[0], saved[1], true), {}, {}};
    }
};

} // namespace

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps)
{
    return x.is_cpu() ? RmsNorm::apply(x, weight, eps) : expressions::rmsNorm(x, weight, eps);
}

at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up)
{
    return gate.is_cpu() ? Swiglu::apply(gate, up) : expressions::swiglu(gate, up);
}

at::Tensor rotateHeads(const at::Tensor& x, const at::Tensor& cosine, const at::Tensor& sine)
{
    return x.is_cpu() ? RotateHeads::apply(x, cosine, sine) : expressions::rotateHeads(x, cosine, sine);
}

} // namespace boolab
