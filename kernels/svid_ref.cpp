// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/reference.h"
#include "kernels/svid_start.h"

namespace boolab::kernels
{

namespace
{

using Vector = std::vector<double>;

double norm(const Vector& v)
{
    double sum = 0.0;
    for (const double x : v)
        sum += x * x;
    return std::sqrt(sum);
}

struct RankOne {
    Vector u, v; ///< |R| * roots = u v^T nearly, both of norm sqrt(sigma_1)
};

/// Best rank-1 of A_ij = |R_ij| roots_j.
RankOne bestRankOne(const Vector& R, std::int64_t M, std::int64_t N, const Vector& roots)
{
    const auto A = [&](std::int64_t i, std::int64_t j) { return std::abs(R[i * N + j]) * roots[j]; };
    Vector v(N, 1.0 / std::sqrt(double(N))), u(M), next(N);
    for (int iteration = 0; iteration < kMaxPowerIterations; ++iteration) {
        for (std::int64_t i = 0; i < M; ++i) {
            u[i] = 0.0;
            for (std::int64_t j = 0; j < N; ++j)
                u[i] += A(i, j) * v[j];
        }
        for (std::int64_t j = 0; j < N; ++j) {
            next[j] = 0.0;
            for (std::int64_t i = 0; i < M; ++i)
                next[j] += A(i, j) * u[i];
        }
        const double length = norm(next);
        if (length == 0.0) return {Vector(M), Vector(N)};
        Vector step(N);
        for (std::int64_t j = 0; j < N; ++j) {
            next[j] /= length;
            step[j] = next[j] - v[j];
        }
        v = next;
        if (norm(step) < kPowerTolerance) break;
    }
    for (std::int64_t i = 0; i < M; ++i) {
        u[i] = 0.0;
        for (std::int64_t j = 0; j < N; ++j)
            u[i] += A(i, j) * v[j];
    }
    const double sigma = norm(u);
    for (auto& x : u)
        x /= std::sqrt(sigma);
    for (auto& x : v)
        x *= std::sqrt(sigma);
    return {u, v};
}

} // namespace

std::vector<double> column_roots(const float* columnWeights, std::int64_t N)
{
    if (!columnWeights) return {};
    double mean = 0.0;
    for (std::int64_t j = 0; j < N; ++j)
        mean += double(columnWeights[j]) / double(N);
    std::vector<double> roots(N);
    for (std::int64_t j = 0; j < N; ++j)
        roots[j] = std::sqrt(std::max(double(columnWeights[j]), 1e-6 * mean));
    return mean > 0.0 ? roots : std::vector<double>{};
}

void svid_weighted_ref(const float* W, const std::vector<double>& weights, const BoolKernels& layer,
                       double* errors)
{
    const std::int64_t M = layer.M, N = layer.N;
    const Vector roots = weights.empty() ? Vector(N, 1.0) : weights;
    Vector R(W, W + M * N);
    const auto squaredNorm = [&] {
        double sum = 0.0;
        for (std::int64_t i = 0; i < M; ++i)
            for (std::int64_t j = 0; j < N; ++j)
                sum += std::pow(R[i * N + j] * roots[j], 2);
        return sum;
    };
    const double whole = squaredNorm();
    for (std::int64_t k = 0; k < layer.K; ++k) {
        std::fill_n(layer.row(k, 0), M * row_bytes(N), std::uint8_t(0));
        const RankOne rank = bestRankOne(R, M, N, roots);
        for (std::int64_t i = 0; i < M; ++i)
            layer.scaleOut[k * M + i] = float(rank.u[i]);
        for (std::int64_t j = 0; j < N; ++j)
            layer.scaleIn[k * N + j] = float(rank.v[j] / roots[j]);
        for (std::int64_t i = 0; i < M; ++i)
            for (std::int64_t j = 0; j < N; ++j) {
                if (R[i * N + j] >= 0.0) layer.row(k, i)[j / 8] |= std::uint8_t(1 << (j % 8));
                const double scale = double(layer.scaleOut[k * M + i]) * double(layer.scaleIn[k * N + j]);
                R[i * N + j] -= double(layer.sign(k, i, j)) * scale;
            }
        if (errors) errors[k] = whole > 0.0 ? squaredNorm() / whole : 0.0;
    }
}

void svid_ref(const float* W, const float* columnWeights, const BoolKernels& layer, double* errors)
{
    svid_weighted_ref(W, column_roots(columnWeights, layer.N), layer, errors);
}

} // namespace boolab::kernels
