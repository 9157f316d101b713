// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/cuda_gemm_check.h"

#include "core/boolean/device_check.h"
#include "kernels/bool_gemm.h"

namespace boolab
{

namespace
{

using kernels::cuda::Outcome;
using kernels::cuda::PackedLayer;

// Two tiles of rows and two blocks of columns, neither of them full; as many columns as a row with an outlier
// needs to be split.
constexpr std::int64_t K = 3, M = 21, N = 450;
static_assert(kernels::most_outliers(N) > 0);
// One, two and four tokens at once by bits where the device has them, eight by bytes, and more than one
// block of them.
constexpr std::int64_t kTokens[] = {1, 2, 3, 12};
constexpr std::int64_t kMostTokens = 12;

struct Sample {
    Sample()
    {
        std::mt19937 generator(8);
        drawNormal(generator, {&scaleOut, &scaleIn, &x});
        bits = drawBits(generator, K * M, N);
        for (const std::int64_t token : {0, 2})
            x[static_cast<std::size_t>(token * N + 261)] = 1e4f; // the outlier
    }

    kernels::BoolKernels view() { return {K, M, N, bits.data(), scaleOut.data(), scaleIn.data()}; }

    /// (T, M) of the first T tokens.
    std::vector<float> product(std::int64_t T)
    {
        kernels::AlignedBuffer<std::uint8_t> packed(kernels::packed_bytes(K, M, N));
        std::vector<float> y(static_cast<std::size_t>(T * M));
        kernels::GemmScratch scratch;
        const kernels::GemmTask task{kernels::pack_kernels(view(), packed.data(), 1), x.data(), y.data()};
        kernels::bool_gemm({&task, 1}, T, scratch, 1);
        return y;
    }

    std::vector<std::uint8_t> bits;
    std::vector<float> scaleOut = std::vector<float>(K * M), scaleIn = std::vector<float>(K * N),
                       x = std::vector<float>(kMostTokens * N);
};

} // namespace

Outcome<void> checkCudaGemm(kernels::cuda::BoolGemm& gemm)
{
    Sample host;
    auto layer = PackedLayer::upload(gemm.device(), host.view());
    if (!layer) return std::unexpected(layer.error());
    DeviceCheck device(gemm.device());
    const float* x = device.upload(host.x);
    for (const std::int64_t T : kTokens) {
        float* y = device.upload(std::vector<float>(static_cast<std::size_t>(T * M)));
        if (auto uploaded = device.result(); !uploaded) return uploaded;
        device.note(gemm.run(*layer, x, T, y, nullptr));
        device.compare("the products (bool_gemm)", y, host.product(T));
    }
    return device.result();
}

} // namespace boolab
