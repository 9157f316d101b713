// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/layer_ops.h"

#include "kernels/dense_weight.h"
#include "kernels/scale_gradient.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <map>

namespace boolab
{

namespace
{

/// On tensors in the host's memory.
class HostOps final : public LayerOps
{
public:
    void denseWeight(const kernels::BoolKernels& layer, const at::Tensor& W) override
    {
        if (W.scalar_type() == at::kBFloat16)
            kernels::dense_weight_bf16(layer, static_cast<std::uint16_t*>(W.mutable_data_ptr()),
                                       at::get_num_threads());
        else
            kernels::dense_weight_f32(layer, W.mutable_data_ptr<float>(), at::get_num_threads());
    }

    void scaleGradient(const kernels::BoolKernels& layer, const at::Tensor& G, const at::Tensor& gradScaleOut,
                       const at::Tensor& gradScaleIn) override
    {
        kernels::scale_gradient(layer, G.const_data_ptr<float>(), gradScaleOut.mutable_data_ptr<float>(),
                                gradScaleIn.mutable_data_ptr<float>(), at::get_num_threads());
    }

    void flipStep(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& G,
                  const kernels::FlipConfig& config, const kernels::FlipState& state) override
    {
        kernels::flip_step(layer, k, G.const_data_ptr<float>(), config, state, at::get_num_threads());
    }
};

/// By kind and index of the device.
using Key = std::pair<int, int>;

Key keyOf(const at::Device& device)
{
    return {static_cast<int>(device.type()), device.index()};
}

std::map<Key, std::shared_ptr<LayerOps>>& chosenOps()
{
    static std::map<Key, std::shared_ptr<LayerOps>> ops;
    return ops;
}

} // namespace

LayerOps& layerOps(const at::Device& device)
{
    static HostOps host;
    const auto& chosen = chosenOps();
    if (const auto found = chosen.find(keyOf(device)); found != chosen.end()) return *found->second;
    TORCH_CHECK(device.is_cpu(), "no ops of Boolean layers serve tensors on ", device);
    return host;
}

void setLayerOps(const at::Device& device, std::shared_ptr<LayerOps> ops)
{
    if (ops)
        chosenOps()[keyOf(device)] = std::move(ops);
    else
        chosenOps().erase(keyOf(device));
}

} // namespace boolab
