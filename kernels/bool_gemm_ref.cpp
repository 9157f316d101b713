// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "kernels/bool_gemm.h"
#include "kernels/quantize_row.h"
#include "kernels/reference.h"

namespace boolab::kernels
{

namespace
{

using Quantized = std::vector<std::int32_t>;

/// y (M) += scaleOut (step S) drop of one piece of a token.
void addPiece(const PackedKernels& layer, std::int64_t k, const Quantized& q, RowStep step, float* y)
{
    for (std::int64_t i = 0; i < layer.M; ++i) {
        std::int32_t S = 0;
        for (std::int64_t j = 0; j < layer.N; ++j)
            S += layer.sign(k, i, j) > 0 ? q[std::size_t(j)] : -q[std::size_t(j)];
        y[i] += layer.scaleOut[k * layer.M + i] * (step.size * float(S)) * step.drop;
    }
}

/// y (M) += one kernel's part of one token.
void addKernel(const PackedKernels& layer, std::int64_t k, const float* x, float* y)
{
    const float* scaleIn = layer.scaleIn + k * layer.N;
    const std::int64_t most = largest_activation(layer.N);
    Quantized q(std::size_t(layer.N));
    const RowScale scale = quantize_row(
        x, [&](std::int64_t j) { return scaleIn[j]; }, layer.N, most, q.data());
    std::int32_t energy = 0;
    for (const std::int32_t one : q)
        energy += energy_of(one);
    const std::int32_t limit = outlier_limit(layer.N, energy);
    if (!has_outliers(scale, most, limit)) return addPiece(layer, k, q, scale.step, y);

    Quantized outliers = q;
    for (std::int32_t& one : outliers)
        if (energy_of(one) <= limit) one = 0;
    const auto rest = [&](std::int64_t j) { return outliers[std::size_t(j)] != 0 ? 0.0f : scaleIn[j]; };
    const RowScale restScale = quantize_row(x, rest, layer.N, most, q.data());
    addPiece(layer, k, q, restScale.step, y);
    addPiece(layer, k, outliers, scale.step, y);
}

} // namespace

void bool_gemm_ref(const PackedKernels& layer, const float* x, std::int64_t T, float* y)
{
    std::fill_n(y, T * layer.M, 0.0f);
    for (std::int64_t t = 0; t < T; ++t)
        for (std::int64_t k = 0; k < layer.K; ++k)
            addKernel(layer, k, x + t * layer.N, y + t * layer.M);
}

} // namespace boolab::kernels
