// SPDX-License-Identifier: Apache-2.0
// Inside core/runtime: what a decoder multiplies by.
#pragma once

#include "core/runtime/decoder.h"
#include "core/runtime/weight_arena.h"
#include "kernels/bool_gemm.h"
#include "kernels/row_gemm.h"

#include <variant>

namespace boolab
{

/// y = x W^T + bias.
struct DecoderLinear {
    std::variant<kernels::PackedKernels, kernels::RowMatrix> weight;
    const float* bias = nullptr; ///< (M) or null
};

struct DecoderBlock {
    const float *attentionNorm = nullptr, *mlpNorm = nullptr; ///< (C)
    DecoderLinear query, key, value, output, gate, up, down;
};

struct DecoderWeights {
    ModelConfig config;
    WeightArena arena; ///< owns all below
    kernels::RowMatrix embedding, head;
    const float* finalNorm = nullptr;
    std::vector<DecoderBlock> blocks;
};

Result<DecoderWeights> loadDecoderWeights(const ModelFiles& files, const DecoderOptions& options);

} // namespace boolab
