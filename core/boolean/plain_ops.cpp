// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/plain_ops.h"

#include "core/boolean/packed_tensor.h"

#include <ATen/Parallel.h>

namespace boolab
{

namespace
{

class PlainOps final : public LayerOps
{
public:
    explicit PlainOps(const at::Device& device) : m_device(device) {}

    void denseWeight(const kernels::BoolKernels& layer, const at::Tensor& W) override
    {
        const LayerTensors tensors(layer, m_device);
        at::Tensor sum = at::zeros({layer.M, layer.N}, tensors.scaleOut.options());
        for (std::int64_t k = 0; k < layer.K; ++k)
            sum.add_(scaledSigns(tensors, k, layer.N));
        at::Tensor(W).copy_(sum);
    }

    void scaleGradient(const kernels::BoolKernels& layer, const at::Tensor& G, const at::Tensor& gradScaleOut,
                       const at::Tensor& gradScaleIn) override
    {
        const LayerTensors tensors(layer, m_device);
        for (std::int64_t k = 0; k < layer.K; ++k) {
            const at::Tensor signedG = signsOfBits(tensors.bits[k], layer.N).mul_(G);
            gradScaleOut[k].add_(at::mv(signedG, tensors.scaleIn[k]));
            gradScaleIn[k].add_(at::mv(signedG.t(), tensors.scaleOut[k]));
        }
    }

    void flipStep(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& G,
                  const kernels::FlipConfig& config, const kernels::FlipState& state) override
    {
        const at::Device host(at::kCPU);
        const LayerTensors there(layer, m_device);
        const auto memory = [&](void* values, at::IntArrayRef shape, at::ScalarType dtype) {
            return foreignTensor(values, shape, dtype, m_device);
        };
        at::Tensor momentum = memory(state.momentum, {layer.M, layer.N}, at::kBFloat16),
                   rows = memory(state.rowMoment, {layer.M}, at::kFloat),
                   columns = memory(state.columnMoment, {layer.N}, at::kFloat);
        const at::Tensor bits = there.bits[k].to(host), scaleOut = there.scaleOut[k].to(host),
                         scaleIn = there.scaleIn[k].to(host), gradient = G.to(host),
                         hostMomentum = momentum.to(host), hostRows = rows.to(host),
                         hostColumns = columns.to(host);
        const kernels::BoolKernels one{.K = 1,
                                       .M = layer.M,
                                       .N = layer.N,
                                       .bits = bits.mutable_data_ptr<std::uint8_t>(),
                                       .scaleOut = scaleOut.mutable_data_ptr<float>(),
                                       .scaleIn = scaleIn.mutable_data_ptr<float>()};
        const kernels::FlipState copied{.momentum =
                                            static_cast<std::uint16_t*>(hostMomentum.mutable_data_ptr()),
                                        .rowMoment = hostRows.mutable_data_ptr<float>(),
                                        .columnMoment = hostColumns.mutable_data_ptr<float>(),
                                        .flipped = state.flipped};
        const auto flips = kernels::flip_step(one, 0, gradient.const_data_ptr<float>(), config, copied,
                                              at::get_num_threads());
        momentum.copy_(hostMomentum);
        rows.copy_(hostRows);
        columns.copy_(hostColumns);
        if (flips > 0) there.bits[k].copy_(bits);
    }

private:
    /// diag(scaleOut_k) B_k diag(scaleIn_k).
    static at::Tensor scaledSigns(const LayerTensors& tensors, std::int64_t k, std::int64_t N)
    {
        return signsOfBits(tensors.bits[k], N)
            .mul_(tensors.scaleOut[k].unsqueeze(1))
            .mul_(tensors.scaleIn[k].unsqueeze(0));
    }

    at::Device m_device;
};

} // namespace

std::shared_ptr<LayerOps> plainOps(const at::Device& device)
{
    return std::make_shared<PlainOps>(device);
}

} // namespace boolab
