// SPDX-License-Identifier: Apache-2.0
#include "kernels/bfloat16.h"
#include "kernels/reference.h"

#include <cmath>

namespace boolab::kernels
{

namespace
{

double sigmoid(double x)
{
    return 1.0 / (1.0 + std::exp(-x));
}

double slope(double gate)
{
    return sigmoid(gate) * (1.0 + gate * (1.0 - sigmoid(gate)));
}

} // namespace

void swiglu_ref(const float* gate, const float* up, std::int64_t size, float* y)
{
    for (std::int64_t i = 0; i < size; ++i)
        y[i] = float(double(gate[i]) * sigmoid(double(gate[i])) * double(up[i]));
}

void swiglu_ref(const std::uint16_t* gate, const std::uint16_t* up, std::int64_t size, std::uint16_t* y)
{
    for (std::int64_t i = 0; i < size; ++i) {
        const float g = bfloat16_to_float(gate[i]), u = bfloat16_to_float(up[i]);
        float product = 0;
        swiglu_ref(&g, &u, 1, &product);
        y[i] = float_to_bfloat16(product);
    }
}

void swiglu_gradient_ref(const float* gate, const float* up, const float* gradY, std::int64_t size,
                         float* gradGate, float* gradUp)
{
    for (std::int64_t i = 0; i < size; ++i) {
        const double g = double(gate[i]), grad = double(gradY[i]);
        gradGate[i] = float(grad * double(up[i]) * slope(g));
        gradUp[i] = float(grad * g * sigmoid(g));
    }
}

void swiglu_gradient_ref(const std::uint16_t* gate, const std::uint16_t* up, const std::uint16_t* gradY,
                         std::int64_t size, std::uint16_t* gradGate, std::uint16_t* gradUp)
{
    for (std::int64_t i = 0; i < size; ++i) {
        const float g = bfloat16_to_float(gate[i]), u = bfloat16_to_float(up[i]),
                    grad = bfloat16_to_float(gradY[i]);
        float toGate = 0, toUp = 0;
        swiglu_gradient_ref(&g, &u, &grad, 1, &toGate, &toUp);
        gradGate[i] = float_to_bfloat16(toGate);
        gradUp[i] = float_to_bfloat16(toUp);
    }
}

} // namespace boolab::kernels
