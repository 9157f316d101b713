// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/kernel_signs.h"

#include "kernels/pack_bits.h"

#include <ATen/Parallel.h>

namespace boolab
{

at::Tensor kernelSigns(const kernels::BoolKernels& layer, std::int64_t k)
{
    at::Tensor signs = at::empty({layer.M, layer.N}, at::kFloat);
    kernels::unpack_signs(layer.row(k, 0), layer.M, layer.N, signs.mutable_data_ptr<float>(),
                          at::get_num_threads());
    return signs;
}

at::Tensor kernelScale(const kernels::BoolKernels& layer, std::int64_t k)
{
    const at::Tensor out = at::from_blob(layer.scaleOut + k * layer.M, {layer.M, 1}, at::kFloat);
    const at::Tensor in = at::from_blob(layer.scaleIn + k * layer.N, {1, layer.N}, at::kFloat);
    return out * in;
}

void toggleBits(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& where,
                std::vector<std::int64_t>& flipped)
{
    const at::Tensor places = where.reshape({-1}).nonzero().reshape({-1}).contiguous();
    const auto* first = places.const_data_ptr<std::int64_t>();
    const std::vector<std::int64_t> found(first, first + places.numel());
    toggleBits(layer, k, found);
    flipped.insert(flipped.end(), found.begin(), found.end());
}

void toggleBits(const kernels::BoolKernels& layer, std::int64_t k, const std::vector<std::int64_t>& places)
{
    for (const std::int64_t place : places) {
        const std::int64_t column = place % layer.N;
        layer.row(k, place / layer.N)[column / 8] ^= static_cast<std::uint8_t>(1 << (column % 8));
    }
}

} // namespace boolab
