// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/boolean_layer.h"

#include "kernels/dense_weight.h"
#include "kernels/scale_gradient.h"

#include <ATen/Parallel.h>
#include <torch/autograd.h>

namespace boolab
{

namespace
{

/// y = x W^T with W rebuilt from the bits in both directions, so no dense weight is saved between them.
struct BooleanMatmul : torch::autograd::Function<BooleanMatmul> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                              const at::Tensor& scaleOut, const at::Tensor& scaleIn,
                              std::int64_t layerAddress)
    {
        auto* layer = reinterpret_cast<BooleanLayer*>(layerAddress);
        context->save_for_backward({x});
        context->saved_data["layer"] = layerAddress;
        return at::linear(x, layer->denseWeight(x.scalar_type()));
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradOutputs)
    {
        auto* layer = reinterpret_cast<BooleanLayer*>(context->saved_data["layer"].toInt());
        const at::Tensor x = context->get_saved_variables()[0];
        const at::Tensor gradY = gradOutputs[0];
        at::Tensor gradX;
        if (context->needs_input_grad(0)) gradX = at::matmul(gradY, layer->denseWeight(gradY.scalar_type()));

        const std::int64_t M = layer->outFeatures(), N = layer->inFeatures();
        const at::Tensor gradWeight =
            at::mm(gradY.reshape({-1, M}).t(), x.reshape({-1, N})).to(at::kFloat).contiguous();
        at::Tensor gradScaleOut = at::zeros_like(layer->scaleOut());
        at::Tensor gradScaleIn = at::zeros_like(layer->scaleIn());
        kernels::scale_gradient(layer->view(), gradWeight.const_data_ptr<float>(),
                                gradScaleOut.mutable_data_ptr<float>(), gradScaleIn.mutable_data_ptr<float>(),
                                at::get_num_threads());
        if (layer->gradientSink()) layer->gradientSink()(*layer, gradWeight);
        return {gradX, gradScaleOut, gradScaleIn, at::Tensor()};
    }
};

} // namespace

BooleanLayer::BooleanLayer(std::string name, at::Tensor bits, at::Tensor scaleOut, at::Tensor scaleIn,
                           at::Tensor bias)
    : m_name(std::move(name)), m_bits(std::move(bits)), m_scaleOut(std::move(scaleOut)),
      m_scaleIn(std::move(scaleIn)), m_bias(std::move(bias))
{
}

at::Tensor BooleanLayer::forward(const at::Tensor& x)
{
    at::Tensor y;
    if (m_frozen) {
        if (!m_denseWeight.defined() || m_denseWeight.scalar_type() != x.scalar_type())
            m_denseWeight = denseWeight(x.scalar_type());
        y = at::linear(x, m_denseWeight);
    } else {
        y = BooleanMatmul::apply(x, m_scaleOut, m_scaleIn, reinterpret_cast<std::int64_t>(this));
    }
    return m_bias.defined() ? y + m_bias : y;
}

at::Tensor BooleanLayer::denseWeight(at::ScalarType dtype) const
{
    const bool narrow = dtype == at::kBFloat16;
    at::Tensor weight = at::empty({outFeatures(), inFeatures()}, narrow ? at::kBFloat16 : at::kFloat);
    if (narrow)
        kernels::dense_weight_bf16(view(), static_cast<std::uint16_t*>(weight.mutable_data_ptr()),
                                   at::get_num_threads());
    else
        kernels::dense_weight_f32(view(), weight.mutable_data_ptr<float>(), at::get_num_threads());
    return weight.to(dtype);
}

kernels::BoolKernels BooleanLayer::view() const
{
    return {.K = kernelCount(),
            .M = outFeatures(),
            .N = inFeatures(),
            .bits = m_bits.mutable_data_ptr<std::uint8_t>(),
            .scaleOut = m_scaleOut.mutable_data_ptr<float>(),
            .scaleIn = m_scaleIn.mutable_data_ptr<float>()};
}

void BooleanLayer::setFrozen(bool frozen)
{
    m_frozen = frozen;
    m_denseWeight.reset();
}

} // namespace boolab
