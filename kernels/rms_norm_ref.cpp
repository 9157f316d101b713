// SPDX-License-Identifier: Apache-2.0
#include "kernels/bfloat16.h"
#include "kernels/reference.h"

#include <cmath>

namespace boolab::kernels
{

namespace
{

double valueOf(float x)
{
    return double(x);
}
double valueOf(std::uint16_t x)
{
    return double(bfloat16_to_float(x));
}
void put(double value, float& x)
{
    x = float(value);
}
void put(double value, std::uint16_t& x)
{
    x = float_to_bfloat16(float(value));
}

template <class T>
void normalise(const T* x, const T* weight, std::int64_t R, std::int64_t C, double eps, T* y,
               float* inverseRms)
{
    for (std::int64_t r = 0; r < R; ++r) {
        double squares = 0.0;
        for (std::int64_t j = 0; j < C; ++j)
            squares += valueOf(x[r * C + j]) * valueOf(x[r * C + j]);
        inverseRms[r] = float(1.0 / std::sqrt(squares / double(C) + eps));
        for (std::int64_t j = 0; j < C; ++j) {
            T normalised;
            put(valueOf(x[r * C + j]) * double(inverseRms[r]), normalised);
            put(valueOf(weight[j]) * valueOf(normalised), y[r * C + j]);
        }
    }
}

template <class T>
void gradients(const T* x, const T* weight, const float* inverseRms, const T* gradY, std::int64_t R,
               std::int64_t C, T* gradX, float* gradWeight)
{
    for (std::int64_t r = 0; r < R; ++r) {
        const double inverse = double(inverseRms[r]);
        double products = 0.0;
        for (std::int64_t j = 0; j < C; ++j)
            products += valueOf(weight[j]) * valueOf(gradY[r * C + j]) * valueOf(x[r * C + j]);
        for (std::int64_t j = 0; j < C; ++j)
            put(inverse * valueOf(weight[j]) * valueOf(gradY[r * C + j]) -
                    valueOf(x[r * C + j]) * inverse * inverse * inverse * products / double(C),
                gradX[r * C + j]);
    }
    for (std::int64_t j = 0; gradWeight && j < C; ++j) {
        double sum = 0.0;
        for (std::int64_t r = 0; r < R; ++r)
            sum += valueOf(gradY[r * C + j]) * valueOf(x[r * C + j]) * double(inverseRms[r]);
        gradWeight[j] = float(sum);
    }
}

} // namespace

void rms_norm_ref(const float* x, const float* weight, std::int64_t R, std::int64_t C, double eps, float* y,
                  float* inverseRms)
{
    normalise(x, weight, R, C, eps, y, inverseRms);
}

void rms_norm_ref(const std::uint16_t* x, const std::uint16_t* weight, std::int64_t R, std::int64_t C,
                  double eps, std::uint16_t* y, float* inverseRms)
{
    normalise(x, weight, R, C, eps, y, inverseRms);
}

void rms_norm_gradient_ref(const float* x, const float* weight, const float* inverseRms, const float* gradY,
                           std::int64_t R, std::int64_t C, float* gradX, float* gradWeight)
{
    gradients(x, weight, inverseRms, gradY, R, C, gradX, gradWeight);
}

void rms_norm_gradient_ref(const std::uint16_t* x, const std::uint16_t* weight, const float* inverseRms,
                           const std::uint16_t* gradY, std::int64_t R, std::int64_t C, std::uint16_t* gradX,
                           float* gradWeight)
{
    gradients(x, weight, inverseRms, gradY, R, C, gradX, gradWeight);
}

} // namespace boolab::kernels
