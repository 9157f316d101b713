// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/tensor_ops.h"

namespace boolab
{

namespace
{

at::Tensor bitPlaces(const at::Device& device)
{
    return at::arange(8, at::TensorOptions().dtype(at::kByte).device(device));
}

} // namespace

at::Tensor unpackSigns(const at::Tensor& bits, std::int64_t N)
{
    const at::Tensor single = bits.unsqueeze(-1).bitwise_right_shift(bitPlaces(bits.device())).bitwise_and(1);
    return single.flatten(-2).narrow(-1, 0, N).to(at::kFloat).mul_(2.0).sub_(1.0);
}

void toggleBits(at::Tensor bits, const at::Tensor& flips)
{
    const std::int64_t padding = bits.size(-1) * 8 - flips.size(-1);
    const at::Tensor padded = at::constant_pad_nd(flips.to(at::kByte), {0, padding}).view({bits.size(0), bits.size(1), 8});
    const at::Tensor mask = padded.bitwise_left_shift(bitPlaces(bits.device())).sum(-1).to(at::kByte);
    bits.bitwise_xor_(mask);
}

at::Tensor denseWeightOf(const at::Tensor& bits, const at::Tensor& scaleOut, const at::Tensor& scaleIn)
{
    const std::int64_t N = scaleIn.size(1);
    at::Tensor weight = at::zeros({scaleOut.size(1), N}, scaleOut.options());
    for (std::int64_t k = 0; k < bits.size(0); ++k)
        weight.add_(at::outer(scaleOut[k], scaleIn[k]) * unpackSigns(bits[k], N));
    return weight;
}

std::pair<at::Tensor, at::Tensor> scaleGradientsOf(const at::Tensor& bits, const at::Tensor& scaleOut, const at::Tensor& scaleIn,
                                                   const at::Tensor& gradWeight)
{
    at::Tensor gradOut = at::empty_like(scaleOut), gradIn = at::empty_like(scaleIn);
    for (std::int64_t k = 0; k < bits.size(0); ++k) {
        const at::Tensor signedGradient = unpackSigns(bits[k], scaleIn.size(1)).mul_(gradWeight);
        gradOut[k].copy_(at::mv(signedGradient, scaleIn[k]));
        gradIn[k].copy_(at::mv(signedGradient.t(), scaleOut[k]));
    }
    return {gradOut, gradIn};
}

} // namespace boolab
