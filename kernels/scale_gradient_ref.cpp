// SPDX-License-Identifier: Apache-2.0
#include <tuple>
#include <vector>

#include "kernels/reference.h"

namespace boolab::kernels
{

void scale_gradient_ref(const BoolKernels& layer, const float* G, float* gradScaleOut, float* gradScaleIn)
{
    const auto [K, M, N] = std::tuple(layer.K, layer.M, layer.N);
    for (std::int64_t k = 0; k < K; ++k) {
        std::vector<double> in(std::size_t(N), 0.0);
        for (std::int64_t i = 0; i < M; ++i) {
            double out = 0.0;
            for (std::int64_t j = 0; j < N; ++j) {
                const double signedG = double(layer.sign(k, i, j)) * double(G[i * N + j]);
                out += signedG * double(layer.scaleIn[k * N + j]);
                in[std::size_t(j)] += signedG * double(layer.scaleOut[k * M + i]);
            }
            gradScaleOut[k * M + i] = float(double(gradScaleOut[k * M + i]) + out);
        }
        for (std::int64_t j = 0; j < N; ++j)
            gradScaleIn[k * N + j] = float(double(gradScaleIn[k * N + j]) + in[std::size_t(j)]);
    }
}

} // namespace boolab::kernels
