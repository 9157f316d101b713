// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/flip_step.h"

#include <memory>
#include <torch/types.h>

namespace boolab
{

/// A layer made ready to be multiplied straight from its bits: y = W x for a few tokens, W never written.
/// Holds the layer's bits and scales as they were when it was made. May outlive the ops that made it; one
/// thread and one stream at a time with all others of the same ops. A device that fails ends in c10::Error.
class LayerProduct
{
public:
    /// Up to so many tokens it is meant to be faster than a GEMM with W.
    static constexpr std::int64_t kMostTokens = 16;

    virtual ~LayerProduct() = default;
    /// y (T, out) float32 of x (T, in) float32 or bfloat16, on the current stream.
    virtual at::Tensor multiply(const at::Tensor& x) = 0;
};

/// The ops of Boolean layers for tensors of one device, in whose memory `layer` and the state of a flip step
/// lie. All but plainOps() give the CPU's bits. Threads may call them one at a time. A device that fails ends
/// in c10::Error.
class LayerOps
{
public:
    virtual ~LayerOps() = default;

    /// kernels::dense_weight_f32 or _bf16 into W (out, in).
    virtual void denseWeight(const kernels::BoolKernels& layer, const at::Tensor& W) = 0;
    /// kernels::bool_gemm of this layer, bit for bit; null where these ops have none: W and LibTorch's
    /// product serve then.
    virtual std::unique_ptr<LayerProduct> product(const kernels::BoolKernels& /*layer*/) { return nullptr; }
    /// kernels::scale_gradient of G = dL/dW (out, in) float32, added to gradScaleOut (K, out) and gradScaleIn
    /// (K, in).
    virtual void scaleGradient(const kernels::BoolKernels& layer, const at::Tensor& G,
                               const at::Tensor& gradScaleOut, const at::Tensor& gradScaleIn) = 0;
    /// kernels::flip_step; state.flipped is the host's.
    virtual void flipStep(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& G,
                          const kernels::FlipConfig& config, const kernels::FlipState& state) = 0;
    /// Before a flip step whose G is not the one that scaleGradient() saw last, though it may lie where that
    /// one lay.
    virtual void forgetGradient() {}
};

/// Those for tensors on `device`: what setLayerOps() named, else the CPU's for a CPU.
LayerOps& layerOps(const at::Device& device);
/// From now on `ops` serve `device`; null: as before. Not while any are at work.
void setLayerOps(const at::Device& device, std::shared_ptr<LayerOps> ops);

} // namespace boolab
