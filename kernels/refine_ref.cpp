// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <vector>

#include "kernels/reference.h"
#include "kernels/refine_data.h"
#include "kernels/svid_start.h"

namespace boolab::kernels
{

namespace
{

struct Problem {
    const float* W;
    std::vector<double> weights; ///< d (N)
    BoolKernels layer;

    double term(std::int64_t k, std::int64_t i, std::int64_t j) const
    {
        return double(layer.scaleOut[k * layer.M + i]) * double(layer.scaleIn[k * layer.N + j]);
    }

    /// W_ij less the first `count` kernels, kernel `without` left out.
    double left(std::int64_t count, std::int64_t without, std::int64_t i, std::int64_t j) const
    {
        double rest = double(W[i * layer.N + j]);
        for (std::int64_t k = 0; k < count; ++k)
            if (k != without) rest -= double(layer.sign(k, i, j)) * term(k, i, j);
        return rest;
    }

    double error(std::int64_t count) const
    {
        double sum = 0.0;
        for (std::int64_t i = 0; i < layer.M; ++i)
            for (std::int64_t j = 0; j < layer.N; ++j)
                sum += weights[j] * std::pow(left(count, -1, i, j), 2);
        return sum;
    }

    void assignSigns() const
    {
        for (std::int64_t i = 0; i < layer.M; ++i)
            for (std::int64_t j = 0; j < layer.N; ++j) {
                int best = 0;
                double bestDistance = INFINITY;
                for (int code = 0; code < 1 << layer.K; ++code) {
                    double level = 0.0;
                    for (std::int64_t k = 0; k < layer.K; ++k)
                        level += (code >> k & 1 ? 1.0 : -1.0) * term(k, i, j);
                    const double distance = std::abs(double(W[i * layer.N + j]) - level);
                    if (distance < bestDistance) {
                        bestDistance = distance;
                        best = code;
                    }
                }
                for (std::int64_t k = 0; k < layer.K; ++k) {
                    std::uint8_t& byte = layer.row(k, i)[j / 8];
                    const auto bit = std::uint8_t(1 << (j % 8));
                    byte = std::uint8_t(best >> k & 1 ? byte | bit : byte & ~bit);
                }
            }
    }

    void solveScaleOut(std::int64_t k) const
    {
        double norm = 0.0;
        for (std::int64_t j = 0; j < layer.N; ++j)
            norm += weights[j] * std::pow(double(layer.scaleIn[k * layer.N + j]), 2);
        for (std::int64_t i = 0; i < layer.M && norm > 0.0; ++i) {
            double sum = 0.0;
            for (std::int64_t j = 0; j < layer.N; ++j)
                sum += weights[j] * double(layer.sign(k, i, j)) * left(layer.K, k, i, j) *
                       double(layer.scaleIn[k * layer.N + j]);
            layer.scaleOut[k * layer.M + i] = float(sum / norm);
        }
    }

    void solveScaleIn(std::int64_t k) const
    {
        double norm = 0.0;
        for (std::int64_t i = 0; i < layer.M; ++i)
            norm += std::pow(double(layer.scaleOut[k * layer.M + i]), 2);
        for (std::int64_t j = 0; j < layer.N && norm > 0.0; ++j) {
            double sum = 0.0;
            for (std::int64_t i = 0; i < layer.M; ++i)
                sum += double(layer.sign(k, i, j)) * left(layer.K, k, i, j) *
                       double(layer.scaleOut[k * layer.M + i]);
            layer.scaleIn[k * layer.N + j] = float(sum / norm);
        }
    }
};

} // namespace

void refine_ref(const float* W, const float* columnWeights, const RefineConfig& config,
                const BoolKernels& layer, double* errors)
{
    const auto roots = column_roots(columnWeights, layer.N);
    svid_weighted_ref(W, roots, layer, errors);
    if (layer.K < 1 || layer.K > kMaxRefinedKernels) return;
    Problem problem{W, std::vector<double>(std::size_t(layer.N), 1.0), layer};
    for (std::size_t j = 0; j < roots.size(); ++j)
        problem.weights[j] = roots[j] * roots[j];
    double previous = INFINITY;
    for (int round = 0; round < config.maxRounds; ++round) {
        problem.assignSigns();
        const double error = problem.error(layer.K);
        if (error == 0.0 || error > (1.0 - config.tolerance) * previous) break;
        previous = error;
        for (int sweep = 0; sweep < kScaleSweeps; ++sweep)
            for (std::int64_t k = 0; k < layer.K; ++k) {
                problem.solveScaleOut(k);
                problem.solveScaleIn(k);
            }
    }
    const double whole = problem.error(0);
    for (std::int64_t k = 0; errors && k < layer.K; ++k)
        errors[k] = whole > 0.0 ? problem.error(k + 1) / whole : 0.0;
}

} // namespace boolab::kernels
