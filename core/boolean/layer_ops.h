// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/flip_step.h"

#include <memory>
#include <torch/types.h>

namespace boolab
{

/// The ops of Boolean layers for tensors of one device, in whose memory `layer` and the state of a flip step
/// lie. All but plainOps() give the CPU's bits. Threads may call them one at a time. A device that fails ends
/// in c10::Error.
class LayerOps
{
public:
    virtual ~LayerOps() = default;

    /// kernels::dense_weight_f32 or _bf16 into W (out, in).
    virtual void denseWeight(const kernels::BoolKernels& layer, const at::Tensor& W) = 0;
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
