// SPDX-License-Identifier: Apache-2.0
// Dense rows applied to a few tokens: a decoder's embedding head, and dense layers beside Boolean ones.
#pragma once

#include <cstdint>

namespace boolab::kernels
{

/// A weight (M, N) as it is stored.
struct RowMatrix {
    enum class Type { Float32, BFloat16, Int8 };
    Type type = Type::Float32;
    std::int64_t M = 0, N = 0;
    const void* values = nullptr; ///< (M, N), rows one after another
    const float* scale = nullptr; ///< (M), of Int8: row i is scale_i values_i; else null

    std::int64_t rowBytes() const { return N * (type == Type::Float32 ? 4 : type == Type::BFloat16 ? 2 : 1); }
    const std::uint8_t* row(std::int64_t i) const
    {
        return static_cast<const std::uint8_t*>(values) + i * rowBytes();
    }
};

/// Row i as float32 (N): what an embedding looks up.
void copy_row(const RowMatrix& W, std::int64_t i, float* row);

/// Int8 rows: columns whose products with activations in fixed point add up within 32 bits, and the largest
/// of those activations.
constexpr std::int64_t kByteColumns = 1024;
constexpr std::int64_t kByteActivation = 2147483647 / (127 * kByteColumns);

/// y (T, M) = x (T, N) W^T. Int8: x_t becomes q = round(x kByteActivation / max|x|), the sum of products is
/// an exact integer S, y = scale_i (max|x| / kByteActivation S); an x that is not finite makes the token's y
/// NaN. Else a sum runs in kLanes interleaved float32 lanes that go over into double every kFlushColumns
/// columns, and is rounded once after the row's scale. Identical bits for every ISA and thread count.
void row_gemm(const RowMatrix& W, const float* x, std::int64_t T, float* y, int threads);

/// Rows to int8: scale_i = max_j |W_ij| / 127, nearest, ties to even. values (M, N), scale (M). A row that
/// holds a NaN has the scale NaN, else one that holds an infinity an infinite scale, both with values 0: its
/// products are NaN. The same bits whatever instruction set the ops run on.
void quantize_rows(const float* W, std::int64_t M, std::int64_t N, std::int8_t* values, float* scale,
                   int threads);

} // namespace boolab::kernels
