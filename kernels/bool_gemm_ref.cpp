// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "kernels/bool_gemm.h"
#include "kernels/quantize_row.h"
#include "kernels/reference.h"

namespace boolab::kernels
{

void bool_gemm_ref(const PackedKernels& layer, const float* x, std::int64_t T, float* y)
{
    std::vector<std::int32_t> q(std::size_t(layer.N));
    for (std::int64_t t = 0; t < T; ++t) {
        std::fill_n(y + t * layer.M, layer.M, 0.0f);
        for (std::int64_t k = 0; k < layer.K; ++k) {
            const RowStep step = quantize_row(
                x + t * layer.N, [&](std::int64_t j) { return layer.scaleIn[k * layer.N + j]; }, layer.N,
                largest_activation(layer.N), q.data());
            for (std::int64_t i = 0; i < layer.M; ++i) {
                std::int32_t S = 0;
                for (std::int64_t j = 0; j < layer.N; ++j)
                    S += layer.sign(k, i, j) > 0 ? q[std::size_t(j)] : -q[std::size_t(j)];
                y[t * layer.M + i] += layer.scaleOut[k * layer.M + i] * (step.size * float(S)) * step.drop;
            }
        }
    }
}

} // namespace boolab::kernels
