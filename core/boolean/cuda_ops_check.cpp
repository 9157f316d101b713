// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/cuda_ops_check.h"

#include "core/boolean/device_check.h"
#include "kernels/cuda/dense_weight.h"
#include "kernels/dense_weight.h"
#include "kernels/scale_gradient.h"

namespace boolab
{

namespace
{

using kernels::cuda::Outcome;

constexpr std::int64_t K = 2, M = 37, N = 83;

/// A layer in training on the host.
struct Sample {
    Sample()
    {
        std::mt19937 generator(6);
        drawNormal(generator, {&scaleOut, &scaleIn, &G});
        bits = drawBits(generator, K * M, N);
    }

    kernels::BoolKernels view() { return {K, M, N, bits.data(), scaleOut.data(), scaleIn.data()}; }

    std::vector<std::uint8_t> bits;
    std::vector<float> scaleOut = std::vector<float>(K * M), scaleIn = std::vector<float>(K * N),
                       G = std::vector<float>(M * N), gradScaleOut = std::vector<float>(K * M),
                       gradScaleIn = std::vector<float>(K * N), rowMoment = std::vector<float>(M),
                       columnMoment = std::vector<float>(N), wide = std::vector<float>(M * N);
    std::vector<std::uint16_t> momentum = std::vector<std::uint16_t>(M * N),
                               narrow = std::vector<std::uint16_t>(M * N);
};

} // namespace

Outcome<void> checkCudaOps(kernels::cuda::TrainingOps& ops)
{
    const VectorCode vectorCode;
    Sample host;
    DeviceCheck device(ops.device());
    const kernels::BoolKernels layer{
        K, M, N, device.upload(host.bits), device.upload(host.scaleOut), device.upload(host.scaleIn)};
    float *const wide = device.upload(host.wide), *const G = device.upload(host.G),
                 *const gradScaleOut = device.upload(host.gradScaleOut),
                 *const gradScaleIn = device.upload(host.gradScaleIn);
    std::uint16_t* const narrow = device.upload(host.narrow);
    const kernels::FlipState there{device.upload(host.momentum), device.upload(host.rowMoment),
                                   device.upload(host.columnMoment)};
    if (auto uploaded = device.result(); !uploaded) return uploaded;

    kernels::dense_weight_f32(host.view(), host.wide.data(), 1);
    kernels::dense_weight_bf16(host.view(), host.narrow.data(), 1);
    device.note(kernels::cuda::dense_weight_f32(ops.device(), layer, wide, nullptr));
    device.note(kernels::cuda::dense_weight_bf16(ops.device(), layer, narrow, nullptr));
    const kernels::FlipState here{host.momentum.data(), host.rowMoment.data(), host.columnMoment.data()};
    // More bits want to flip than may.
    kernels::FlipConfig config{.beta = 0.9f, .threshold = 1.0f, .clip = 1.5f, .cap = 0.01};
    for (; config.step <= 2; ++config.step) {
        kernels::scale_gradient(host.view(), host.G.data(), host.gradScaleOut.data(), host.gradScaleIn.data(),
                                1);
        kernels::flip_step(host.view(), K - 1, host.G.data(), config, here, 1);
        device.note(ops.read(layer, G, gradScaleOut, gradScaleIn, 1u << (K - 1), nullptr));
        device.note(ops.flip(layer, K - 1, G, config, there, nullptr));
    }
    device.compare("the dense weights", wide, host.wide);
    device.compare("the bfloat16 dense weights", narrow, host.narrow);
    device.compare("the gradients of scaleOut", gradScaleOut, host.gradScaleOut);
    device.compare("the gradients of scaleIn", gradScaleIn, host.gradScaleIn);
    device.compare("the row moments", there.rowMoment, host.rowMoment);
    device.compare("the column moments", there.columnMoment, host.columnMoment);
    device.compare("the momenta", there.momentum, host.momentum);
    device.compare("the flipped bits", static_cast<const std::uint8_t*>(layer.bits), host.bits);
    return device.result();
}

} // namespace boolab
