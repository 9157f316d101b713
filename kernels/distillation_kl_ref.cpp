// SPDX-License-Identifier: Apache-2.0
#include "kernels/reference.h"

#include <algorithm>
#include <cmath>

namespace boolab::kernels
{

namespace
{

/// log sum exp (x / temperature)
double log_normaliser(const float* x, std::int64_t V, double temperature)
{
    const double largest = double(*std::max_element(x, x + V)) / temperature;
    double sum = 0.0;
    for (std::int64_t j = 0; j < V; ++j)
        sum += std::exp(double(x[j]) / temperature - largest);
    return largest + std::log(sum);
}

} // namespace

double distillation_kl_ref(float* student, float* teacher, std::int64_t rows, std::int64_t V,
                           double temperature)
{
    double sum = 0.0;
    for (std::int64_t r = 0; r < rows; ++r) {
        float *s = student + r * V, *t = teacher + r * V;
        const double studentLog = log_normaliser(s, V, temperature),
                     teacherLog = log_normaliser(t, V, temperature);
        for (std::int64_t j = 0; j < V; ++j) {
            const double logQ = double(s[j]) / temperature - studentLog;
            const double logP = double(t[j]) / temperature - teacherLog;
            sum += temperature * temperature * std::exp(logP) * (logP - logQ);
            s[j] = float(temperature * (std::exp(logQ) - std::exp(logP)));
        }
    }
    return sum;
}

} // namespace boolab::kernels
