// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
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
        const RowStep step = quantize_row(
            x + t * W.N, [](std::int64_t) { return 1.0f; }, W.N, kByteActivation, q.data());
        for (std::int64_t i = 0; i < W.M; ++i) {
            const auto* row = reinterpret_cast<const std::int8_t*>(W.row(i));
            std::int64_t S = 0;
            for (std::int64_t j = 0; j < W.N; ++j)
                S += std::int64_t(row[j]) * q[std::size_t(j)];
            y[t * W.M + i] = W.scale[i] * (step.size * float(S)) * step.drop;
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

void quantize_rows(const float* W, std::int64_t M, std::int64_t N, std::int8_t* values, float* scale,
                   int threads)
{
    parallel_for(M, threads, [&](std::int64_t i) {
        float largest = 0.0f;
        for (std::int64_t j = 0; j < N; ++j)
            largest = std::max(largest, std::fabs(W[i * N + j]));
        scale[i] = largest / 127.0f;
        const float inverse = largest > 0.0f ? 127.0f / largest : 0.0f;
        for (std::int64_t j = 0; j < N; ++j)
            values[i * N + j] =
                std::int8_t(std::nearbyint(std::clamp(W[i * N + j] * inverse, -127.0f, 127.0f)));
    });
}

} // namespace boolab::kernels
