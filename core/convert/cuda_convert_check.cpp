// SPDX-License-Identifier: Apache-2.0
#include "core/convert/cuda_convert_check.h"

#include "core/boolean/device_check.h"

namespace boolab
{

namespace
{

using kernels::cuda::Outcome;

// Two pieces of rows and words of bits, neither of them full.
constexpr std::int64_t K = 3, M = 37, N = 53;
constexpr kernels::RefineConfig kRounds{.maxRounds = 3};

/// What a conversion leaves; unwritten places are told apart.
struct Output {
    kernels::BoolKernels view() { return {K, M, N, bits.data(), scaleOut.data(), scaleIn.data()}; }
    bool operator==(const Output&) const = default;

    std::vector<std::uint8_t> bits = std::vector<std::uint8_t>(K * M * kernels::row_bytes(N), 0xa5);
    std::vector<float> scaleOut = std::vector<float>(K * M, -7.0f),
                       scaleIn = std::vector<float>(K * N, -7.0f);
    std::vector<double> errors = std::vector<double>(K, -7.0);
};

std::vector<float> gaussian(std::int64_t size, unsigned seed)
{
    std::mt19937 generator(seed);
    std::vector<float> values(static_cast<std::size_t>(size));
    drawNormal(generator, {&values});
    return values;
}

/// `here` and `there` run the op on the CPU and on the device.
template <class Here, class There>
Outcome<void> compare(const kernels::cuda::Device& device, const char* op, const Here& here,
                      const There& there)
{
    Output expected, actual;
    here(expected);
    if (auto done = there(actual); !done) return done;
    if (actual == expected) return {};
    return std::unexpected(differsFromCpu(device, std::string("bits and scales by ") + op));
}

} // namespace

Outcome<void> checkCudaConverter(kernels::cuda::Converter& converter)
{
    const VectorCode vectorCode;
    const std::vector<float> W = gaussian(M * N, 3);
    std::vector<float> squares = gaussian(N, 4);
    for (float& weight : squares)
        weight *= weight;
    const float* const columnWeights = squares.data();
    auto same = compare(
        converter.device(), "svid",
        [&](Output& to) { kernels::svid(W.data(), to.view(), to.errors.data(), 1); },
        [&](Output& to) { return converter.svid(W.data(), to.view(), to.errors.data()); });
    if (!same) return same;
    for (const float* weights : {static_cast<const float*>(nullptr), columnWeights}) {
        same = compare(
            converter.device(), weights ? "refine with column weights" : "refine",
            [&](Output& to) { kernels::refine(W.data(), weights, kRounds, to.view(), to.errors.data(), 1); },
            [&](Output& to) {
                return converter.refine(W.data(), weights, kRounds, to.view(), to.errors.data());
            });
        if (!same) return same;
    }
    return {};
}

} // namespace boolab
