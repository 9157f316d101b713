// SPDX-License-Identifier: Apache-2.0
// A Boolean layer and activations for the checks of bool_gemm, and the CPU's answer.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "kernels/bool_gemm.h"
#include "tests/kernels/golden_vectors.h"

namespace boolab::kernels::cuda
{

struct GemmProblem {
    GemmProblem(std::int64_t K, std::int64_t M, std::int64_t N, std::int64_t T)
        : K(K), M(M), N(N), T(T), bits(std::size_t(K * M * row_bytes(N))), scaleOut(std::size_t(K * M)),
          scaleIn(std::size_t(K * N)), x(std::size_t(T * N)),
          name(std::to_string(M) + " x " + std::to_string(N) + ", K = " + std::to_string(K) +
               ", T = " + std::to_string(T))
    {
        std::mt19937 generator(static_cast<unsigned>(M * 131 + N * 17 + K * 5 + T));
        std::normal_distribution<float> normal;
        for (std::uint8_t& byte : bits)
            byte = std::uint8_t(generator() >> 8);
        for (std::int64_t i = 0; N % 8 != 0 && i < K * M; ++i) // padding bits are 0
            bits[std::size_t((i + 1) * row_bytes(N) - 1)] &= std::uint8_t((1 << (N % 8)) - 1);
        for (auto* values : {&scaleOut, &scaleIn, &x})
            for (float& value : *values)
                value = normal(generator);
    }

    explicit GemmProblem(const GemmVectors& golden)
        : K(golden.K), M(golden.M), N(golden.N), T(golden.T), bits(golden.bits), scaleOut(golden.scaleOut),
          scaleIn(golden.scaleIn), x(golden.x), name(golden.name)
    {
    }

    BoolKernels layer() { return {K, M, N, bits.data(), scaleOut.data(), scaleIn.data()}; }

    /// (T, M)
    std::vector<float> expected()
    {
        std::vector<float> y(std::size_t(T * M));
        AlignedBuffer<std::uint8_t> packed(packed_bytes(K, M, N));
        GemmScratch scratch;
        const GemmTask task{pack_kernels(layer(), packed.data(), 1), x.data(), y.data()};
        bool_gemm({&task, 1}, T, scratch, 1);
        return y;
    }

    std::int64_t K, M, N, T;
    std::vector<std::uint8_t> bits;
    std::vector<float> scaleOut, scaleIn, x;
    std::string name;
};

} // namespace boolab::kernels::cuda
