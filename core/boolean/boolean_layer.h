// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boolean/layer_ops.h"
#include "core/boolean/layer_scratch.h"
#include "core/model/linear.h"
#include "kernels/bool_kernels.h"

#include <functional>
#include <memory>
#include <string>
#include <torch/types.h>

namespace boolab
{

/// A linear layer made of K Boolean kernels: W = sum_k diag(scaleOut_k) B_k diag(scaleIn_k) (MBOK, arXiv
/// 2505.22811, section 3). Bits and scales are all it keeps: the dense W exists while it is multiplied,
/// forward and again backward, unless frozen. Gradients reach scaleOut and scaleIn as ordinary leaf tensors;
/// dL/dW is handed to the gradient sink and forgotten.
class BooleanLayer final : public Linear
{
public:
    using GradientSink = std::function<void(BooleanLayer&, const at::Tensor& gradWeight)>;

    /// bits (K, out, ceil(in/8)) uint8; scaleOut (K, out), scaleIn (K, in) float32; bias (out) or undefined.
    /// `scratch` is shared by layers that never work at the same time.
    BooleanLayer(std::string name, at::Tensor bits, at::Tensor scaleOut, at::Tensor scaleIn, at::Tensor bias,
                 std::shared_ptr<LayerScratch> scratch = std::make_shared<LayerScratch>());

    at::Tensor forward(const at::Tensor& x) override;

    const std::string& name() const { return m_name; }
    std::int64_t kernelCount() const { return m_bits.size(0); }
    std::int64_t outFeatures() const { return m_scaleOut.size(1); }
    std::int64_t inFeatures() const { return m_scaleIn.size(1); }
    const at::Tensor& bits() const { return m_bits; }
    const at::Tensor& scaleOut() const { return m_scaleOut; }
    const at::Tensor& scaleIn() const { return m_scaleIn; }

    /// W (out, in) in `dtype`, float32 or bfloat16.
    at::Tensor denseWeight(at::ScalarType dtype) const;
    /// The same in the scratch memory: gone with the next call for any layer that shares it.
    at::Tensor passingWeight(at::ScalarType dtype) const;
    LayerScratch& scratch() const { return *m_scratch; }
    /// The ops' view of this layer's memory (CPU).
    kernels::BoolKernels view() const;

    /// Frozen layers keep W once built (reading only).
    void setFrozen(bool frozen);
    /// A frozen layer from now on multiplies up to LayerProduct::kMostTokens tokens straight from its bits
    /// where its device's ops can, and keeps no W for more. Activations are then 16-bit fixed point
    /// (kernels/bool_gemm.h) and y is rounded once to x's dtype. Where a gradient is asked for W serves as
    /// before.
    void multiplyFromBits();
    /// Called in backward with dL/dW (out, in) float32, which is gone after the call, after the scales'
    /// gradients are formed; may toggle this layer's bits.
    void setGradientSink(GradientSink sink) { m_sink = std::move(sink); }
    const GradientSink& gradientSink() const { return m_sink; }

private:
    void fillWeight(const at::Tensor& weight) const;
    /// y without bias of a frozen layer.
    at::Tensor frozenProduct(const at::Tensor& x);

    std::string m_name;
    at::Tensor m_bits, m_scaleOut, m_scaleIn, m_bias;
    bool m_frozen = false;
    at::Tensor m_denseWeight;                ///< only while frozen
    std::unique_ptr<LayerProduct> m_product; ///< only while frozen; null: by W
    GradientSink m_sink;
    std::shared_ptr<LayerScratch> m_scratch;
};

} // namespace boolab
