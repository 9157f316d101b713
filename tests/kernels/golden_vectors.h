// SPDX-License-Identifier: Apache-2.0
// Golden vectors: what an op is given and what it must answer, written by programs that know nothing of this
// one. safetensors; the format: docs/cuda.md, "Your own vectors".
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "kernels/flip_step.h"

namespace boolab::kernels
{

/// y = W x (kernels/bool_gemm.h).
struct GemmVectors {
    std::string name;
    std::int64_t K = 0, M = 0, N = 0, T = 0;
    std::vector<std::uint8_t> bits; ///< (K, M, row_bytes(N))
    std::vector<float> scaleOut;    ///< (K, M)
    std::vector<float> scaleIn;     ///< (K, N)
    std::vector<float> x;           ///< (T, N)
    std::vector<float> y;           ///< (T, M); which NaN a NaN is does not matter
};

/// Steps 1, 2, … of flip_step (kernels/flip_step.h) on one kernel, from a momentum of zeros.
struct FlipVectors {
    struct Step {
        std::vector<float> G;                       ///< (M, N)
        std::vector<std::uint8_t> bits;             ///< after the step, as all that follows
        std::vector<std::uint16_t> momentum;        ///< (M, N) bfloat16 bits
        std::vector<float> rowMoment, columnMoment; ///< (M), (N)
        std::int64_t flips = 0;
    };

    std::string name;
    std::int64_t K = 0, M = 0, N = 0, kernel = 0;
    std::vector<std::uint8_t> bits;
    std::vector<float> scaleOut, scaleIn;
    FlipConfig config;
    std::int64_t firstFlippingStep = 1;
    std::vector<Step> steps;

    FlipConfig configOf(std::size_t step) const
    {
        FlipConfig one = config;
        one.step = std::int64_t(step) + 1;
        one.flipsAllowed = one.step >= firstFlippingStep;
        return one;
    }
};

struct GoldenVectors {
    std::vector<GemmVectors> gemm;
    std::vector<FlipVectors> flips;
};

/// The vectors of a file, or of all *.safetensors of a folder. Everything is checked: parts that are missing
/// or unknown, types, shapes that do not fit each other, padding bits that are 1. An error names file and
/// place; a file without vectors is one.
Result<GoldenVectors> readGoldenVectors(const std::filesystem::path& fileOrFolder);

} // namespace boolab::kernels
