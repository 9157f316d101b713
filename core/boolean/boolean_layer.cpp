// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/boolean_layer.h"

#include <torch/autograd.h>

namespace boolab
{

namespace
{

/// dL/dW (out, in) float32, in the layer's scratch memory.
at::Tensor weightGradient(BooleanLayer& layer, const at::Tensor& gradY, const at::Tensor& x)
{
    const std::int64_t M = layer.outFeatures(), N = layer.inFeatures();
    LayerScratch& scratch = layer.scratch();
    at::Tensor wide = scratch.gradient.matrix(M, N, at::kFloat, x.device());
    const bool narrow = x.scalar_type() != at::kFloat;
    at::Tensor product = narrow ? scratch.narrowGradient.matrix(M, N, x.scalar_type(), x.device()) : wide;
    at::mm_out(product, gradY.reshape({-1, M}).t(), x.reshape({-1, N}));
    if (narrow) wide.copy_(product);
    return wide;
}

/// y = x W^T with W rebuilt from the bits in both directions, so no dense weight is saved between them.
struct BooleanMatmul : torch::autograd::Function<BooleanMatmul> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                              const at::Tensor& scaleOut, const at::Tensor& scaleIn,
                              std::int64_t layerAddress)
    {
        auto* layer = reinterpret_cast<BooleanLayer*>(layerAddress);
        context->save_for_backward({x});
        context->saved_data["layer"] = layerAddress;
        return at::linear(x, layer->passingWeight(x.scalar_type()));
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradOutputs)
    {
        auto* layer = reinterpret_cast<BooleanLayer*>(context->saved_data["layer"].toInt());
        const at::Tensor x = context->get_saved_variables()[0];
        const at::Tensor gradY = gradOutputs[0];
        at::Tensor gradX;
        if (context->needs_input_grad(0))
            gradX = at::matmul(gradY, layer->passingWeight(gradY.scalar_type()));
        const at::Tensor gradWeight = weightGradient(*layer, gradY, x);
        at::Tensor gradScaleOut = at::zeros_like(layer->scaleOut());
        at::Tensor gradScaleIn = at::zeros_like(layer->scaleIn());
        layerOps(gradWeight.device()).scaleGradient(layer->view(), gradWeight, gradScaleOut, gradScaleIn);
        if (layer->gradientSink()) layer->gradientSink()(*layer, gradWeight);
        return {gradX, gradScaleOut, gradScaleIn, at::Tensor()};
    }
};

} // namespace

BooleanLayer::BooleanLayer(std::string name, at::Tensor bits, at::Tensor scaleOut, at::Tensor scaleIn,
                           at::Tensor bias, std::shared_ptr<LayerScratch> scratch)
    : m_name(std::move(name)), m_bits(std::move(bits)), m_scaleOut(std::move(scaleOut)),
      m_scaleIn(std::move(scaleIn)), m_bias(std::move(bias)), m_scratch(std::move(scratch))
{
}

at::Tensor BooleanLayer::forward(const at::Tensor& x)
{
    at::Tensor y;
    if (m_frozen)
        y = frozenProduct(x);
    else
        y = BooleanMatmul::apply(x, m_scaleOut, m_scaleIn, reinterpret_cast<std::int64_t>(this));
    return m_bias.defined() ? y + m_bias : y;
}

at::Tensor BooleanLayer::frozenProduct(const at::Tensor& x)
{
    const bool wantsGradient = at::GradMode::is_enabled() && x.requires_grad();
    if (m_product && !wantsGradient) {
        const at::Tensor rows = x.reshape({-1, inFeatures()});
        // More tokens are a prompt: W is worth writing for them and not worth keeping until the next.
        if (rows.size(0) > LayerProduct::kMostTokens) return at::linear(x, passingWeight(x.scalar_type()));
        std::vector<std::int64_t> shape = x.sizes().vec();
        shape.back() = outFeatures();
        return m_product->multiply(rows).to(x.scalar_type()).view(shape);
    }
    if (!m_denseWeight.defined() || m_denseWeight.scalar_type() != x.scalar_type())
        m_denseWeight = denseWeight(x.scalar_type());
    return at::linear(x, m_denseWeight);
}

at::Tensor BooleanLayer::denseWeight(at::ScalarType dtype) const
{
    const at::Tensor weight = at::empty({outFeatures(), inFeatures()}, m_bits.options().dtype(dtype));
    fillWeight(weight);
    return weight;
}

at::Tensor BooleanLayer::passingWeight(at::ScalarType dtype) const
{
    const at::Tensor weight = m_scratch->weight.matrix(outFeatures(), inFeatures(), dtype, m_bits.device());
    fillWeight(weight);
    return weight;
}

void BooleanLayer::fillWeight(const at::Tensor& weight) const
{
    layerOps(weight.device()).denseWeight(view(), weight);
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
    m_product.reset();
}

void BooleanLayer::multiplyFromBits()
{
    if (m_frozen) m_product = layerOps(m_bits.device()).product(view());
}

} // namespace boolab
