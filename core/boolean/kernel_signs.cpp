// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/kernel_signs.h"

#include "core/boolean/packed_tensor.h"
#include "kernels/pack_bits.h"

#include <ATen/Parallel.h>

namespace boolab
{

at::Tensor kernelSigns(const kernels::BoolKernels& layer, std::int64_t k, const at::Device& device)
{
    if (!device.is_cpu()) return signsOfBits(LayerTensors(layer, device).bits[k], layer.N);
    at::Tensor signs = at::empty({layer.M, layer.N}, at::kFloat);
    kernels::unpack_signs(layer.row(k, 0), layer.M, layer.N, signs.mutable_data_ptr<float>(),
                          at::get_num_threads());
    return signs;
}

at::Tensor kernelScale(const kernels::BoolKernels& layer, std::int64_t k, const at::Device& device)
{
    const LayerTensors tensors(layer, device);
    return tensors.scaleOut[k].unsqueeze(1) * tensors.scaleIn[k].unsqueeze(0);
}

void toggleBits(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& where,
                std::vector<std::int64_t>& flipped)
{
    const at::Tensor places = where.reshape({-1}).nonzero().reshape({-1}).to(at::kCPU).contiguous();
    const auto* first = places.const_data_ptr<std::int64_t>();
    const std::vector<std::int64_t> found(first, first + places.numel());
    toggleBits(layer, k, found, where.device());
    flipped.insert(flipped.end(), found.begin(), found.end());
}

void toggleBits(const kernels::BoolKernels& layer, std::int64_t k, const std::vector<std::int64_t>& places,
                const at::Device& device)
{
    if (places.empty()) return;
    const at::Tensor toggled = packPlaces(places, layer.M, layer.N);
    LayerTensors(layer, device).bits[k].bitwise_xor_(toggled.to(device));
}

} // namespace boolab
