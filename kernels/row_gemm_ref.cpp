// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/bfloat16.h"
#include "kernels/quantize_row.h"
#include "kernels/reference.h"
#include "kernels/sum_order.h"
#include "kernels/thread_pool.h"

namespace boolab::kernels
{

void copy_row(const RowMatrix& W, std::int64_t i, float* row)
{
    const std::uint8_t* from = W.row(i);
    const float scale = W.scale ? W.scale[i] : 1.0f;
    for (std::int64_t j = 0; j < W.N; ++j)
        switch (W.type) {
        case RowMatrix::Type::Float32:
            row[j] = reinterpret_cast<const float*>(from)[j];
            break;
        case RowMatrix::Type::BFloat16:
            row[j] = bfloat16_to_float(reinterpret_cast<const std::uint16_t*>(from)[j]);
            break;
        case RowMatrix::Type::Int8:
            row[j] = float(reinterpret_cast<const std::int8_t*>(from)[j]) * scale;
            break;
        }
}

namespace
{

void byteGemm(const RowMatrix& W, const float* x, std::int64_t T, float* y)
{
    std::vector<std::int32_t> q(std::size_t(W.N));
    for (std::int64_t t = 0; t < T; ++t) {
        const RowScale scale = quantize_row(
            x + t * W.N, [](std::int64_t) { return 1.0f; }, W.N, kByteActivation, q.data());
        for (std::int64_t i = 0; i < W.M; ++i) {
            const auto* row = reinterpret_cast<const std::int8_t*>(W.row(i));
            std::int64_t S = 0;
            for (std::int64_t j = 0; j < W.N; ++j)
                S += std::int64_t(row[j]) * q[std::size_t(j)];
            y[t * W.M + i] = W.scale[i] * (scale.step.size * float(S)) * scale.step.drop;
        }
    }
}

} // namespace

void row_gemm_ref(const RowMatrix& W, const float* x, std::int64_t T, float* y)
{
    if (W.type == RowMatrix::Type::Int8) return byteGemm(W, x, T, y);
    std::vector<float> row(std::size_t(W.N));
    for (std::int64_t i = 0; i < W.M; ++i) {
        copy_row(W, i, row.data());
        for (std::int64_t t = 0; t < T; ++t) {
            double sums[kLanes] = {};
            for (std::int64_t block = 0; block < W.N; block += kFlushColumns) {
                float lanes[kLanes] = {};
                for (std::int64_t j = block; j < std::min(W.N, block + kFlushColumns); ++j)
                    lanes[j % kLanes] += row[std::size_t(j)] * x[t * W.N + j];
                for (std::int64_t lane = 0; lane < kLanes; ++lane)
                    sums[lane] += double(lanes[lane]);
            }
            y[t * W.M + i] = float(fold_lanes<kLanes>(sums));
        }
    }
}

namespace
{

/// NaN where the row holds one, else infinite where it holds that. Of magnitudes' bits, which order as the
/// magnitudes do, NaN above all; in lanes of their own, which the compiler keeps in vectors.
float largest_size(const float* row, std::int64_t N)
{
    constexpr std::int64_t kMaxima = 16;
    const auto size = [&](std::int64_t j) { return std::bit_cast<std::int32_t>(std::fabs(row[j])); };
    std::int32_t largest[kMaxima] = {};
    std::int64_t j = 0;
    for (; j + kMaxima <= N; j += kMaxima)
        for (std::int64_t lane = 0; lane < kMaxima; ++lane)
            largest[lane] = std::max(largest[lane], size(j + lane));
    for (; j < N; ++j)
        largest[0] = std::max(largest[0], size(j));
    const auto most = std::bit_cast<float>(*std::max_element(largest, largest + kMaxima));
    return std::isnan(most) ? std::numeric_limits<float>::quiet_NaN() : most;
}

/// Nearest, ties to even, of |x| < 2^22: the sum has no room for a fraction. What std::nearbyint gives,
/// without a call per value.
float nearest(float x)
{
    constexpr float kNoFraction = 12582912.0f; // 1.5 * 2^23
    return (x + kNoFraction) - kNoFraction;
}

} // namespace

void quantize_rows(const float* W, std::int64_t M, std::int64_t N, std::int8_t* values, float* scale,
                   int threads)
{
    parallel_for(M, threads, [&](std::int64_t i) {
        const float* const row = W + i * N;
        std::int8_t* const to = values + i * N;
        const float largest = largest_size(row, N);
        scale[i] = largest / 127.0f;
        // No integer stands for what is not finite: the scale alone tells, times anything.
        if (!std::isfinite(largest)) {
            std::fill_n(to, N, std::int8_t(0));
            return;
        }
        // At most what is finite: a 0 in a row of denormals stays 0.
        const float inverse =
            largest > 0.0f ? std::min(127.0f / largest, std::numeric_limits<float>::max()) : 0.0f;
        for (std::int64_t j = 0; j < N; ++j)
            to[j] = std::int8_t(std::int32_t(nearest(std::clamp(row[j] * inverse, -127.0f, 127.0f))));
    });
}

} // namespace boolab::kernels
