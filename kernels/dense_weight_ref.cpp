// SPDX-License-Identifier: Apache-2.0
#include "kernels/bfloat16.h"
#include "kernels/reference.h"

namespace boolab::kernels
{

namespace
{

float weightAt(const BoolKernels& layer, std::int64_t i, std::int64_t j)
{
    float sum = 0.0f;
    for (std::int64_t k = 0; k < layer.K; ++k) {
        const float scale = layer.scaleOut[k * layer.M + i] * layer.scaleIn[k * layer.N + j];
        sum += layer.sign(k, i, j) * scale;
    }
    return sum;
}

} // namespace

void dense_weight_f32_ref(const BoolKernels& layer, float* W)
{
    for (std::int64_t i = 0; i < layer.M; ++i)
        for (std::int64_t j = 0; j < layer.N; ++j)
            W[i * layer.N + j] = weightAt(layer, i, j);
}

void dense_weight_bf16_ref(const BoolKernels& layer, std::uint16_t* W)
{
    for (std::int64_t i = 0; i < layer.M; ++i)
        for (std::int64_t j = 0; j < layer.N; ++j)
            W[i * layer.N + j] = float_to_bfloat16(weightAt(layer, i, j));
}

} // namespace boolab::kernels
