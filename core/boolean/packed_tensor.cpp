// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/packed_tensor.h"

#include <torch/utils.h>

namespace boolab
{

namespace
{

constexpr std::int64_t kBitsPerByte = 8;

/// 1, 2, 4, …, 128: of the bits of a byte.
at::Tensor bitValues(const at::Device& device)
{
    return at::bitwise_left_shift(at::ones({kBitsPerByte}, at::kInt), at::arange(kBitsPerByte, at::kInt))
        .to(device);
}

} // namespace

at::Tensor foreignTensor(void* memory, at::IntArrayRef shape, at::ScalarType dtype, const at::Device& device)
{
    return at::for_blob(memory, shape)
        .options(at::TensorOptions().dtype(dtype).device(device))
        .target_device(device)
        .make_tensor();
}

LayerTensors::LayerTensors(const kernels::BoolKernels& layer, const at::Device& device)
    : bits(foreignTensor(layer.bits, {layer.K, layer.M, kernels::row_bytes(layer.N)}, at::kByte, device)),
      scaleOut(foreignTensor(layer.scaleOut, {layer.K, layer.M}, at::kFloat, device)),
      scaleIn(foreignTensor(layer.scaleIn, {layer.K, layer.N}, at::kFloat, device))
{
}

at::Tensor signsOfBits(const at::Tensor& packed, std::int64_t in)
{
    const at::Tensor bits = packed.to(at::kInt).unsqueeze(-1).bitwise_and(bitValues(packed.device())).ne(0);
    return bits.reshape({packed.size(0), -1}).narrow(1, 0, in).to(at::kFloat).mul_(2).sub_(1);
}

at::Tensor packPlaces(const std::vector<std::int64_t>& places, std::int64_t out, std::int64_t in)
{
    at::Tensor packed = at::zeros({out, kernels::row_bytes(in)}, at::kByte);
    auto* const bytes = packed.mutable_data_ptr<std::uint8_t>();
    for (const std::int64_t place : places) {
        const std::int64_t column = place % in;
        bytes[place / in * kernels::row_bytes(in) + column / kBitsPerByte] |=
            static_cast<std::uint8_t>(1 << (column % kBitsPerByte));
    }
    return packed;
}

} // namespace boolab
