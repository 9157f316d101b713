// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpointed.h"

#include <torch/autograd.h>
#include <torch/custom_class.h>

namespace boolab
{

namespace
{

using Block = std::function<at::Tensor(const at::Tensor&)>;

struct BlockHolder : torch::CustomClassHolder {
    explicit BlockHolder(const Block& block) : block(block) {}
    Block block;
};

struct Checkpointed : torch::autograd::Function<Checkpointed> {
    /// `anchor` requires a gradient, so that the backward pass comes here where x requires none.
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                              const at::Tensor& anchor, const Block& block)
    {
        context->save_for_backward({x});
        context->saved_data["block"] = c10::IValue::make_capsule(c10::make_intrusive<BlockHolder>(block));
        return block(x);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradOutputs)
    {
        const auto holder = context->saved_data["block"].toCapsule();
        const at::Tensor x =
            context->get_saved_variables()[0].detach().requires_grad_(context->needs_input_grad(0));
        const at::AutoGradMode withGradients(true);
        const at::Tensor y = static_cast<const BlockHolder&>(*holder).block(x);
        if (y.requires_grad()) torch::autograd::backward({y}, {gradOutputs[0]});
        return {x.grad(), {}, {}};
    }
};

} // namespace

at::Tensor checkpointed(const Block& block, const at::Tensor& x)
{
    if (!at::GradMode::is_enabled()) return block(x);
    return Checkpointed::apply(x, at::zeros({}, x.options()).requires_grad_(true), block);
}

} // namespace boolab
