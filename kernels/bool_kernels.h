// SPDX-License-Identifier: Apache-2.0
// A Boolean layer's data as the ops see it. Letters: M = out features (rows), N = in features (columns), K =
// kernels.
#pragma once

#include <cstddef>
#include <cstdint>

namespace boolab::kernels
{

/// Bytes of one row of packed bits.
constexpr std::int64_t row_bytes(std::int64_t N)
{
    return (N + 7) / 8;
}

/// W = sum_k diag(scaleOut_k) B_k diag(scaleIn_k), B_k in {-1,+1}^(M x N) (MBOK, arXiv 2505.22811, section
/// 3). Non-owning.
struct BoolKernels {
    std::int64_t K = 0, M = 0, N = 0;
    std::uint8_t* bits =
        nullptr; ///< (K, M, row_bytes(N)), bit j of byte b is column 8b+j, 1 = +1, padding bits 0
    float* scaleOut = nullptr; ///< (K, M)
    float* scaleIn = nullptr;  ///< (K, N)

    /// Packed bits of row i of kernel k.
    std::uint8_t* row(std::int64_t k, std::int64_t i) const { return bits + (k * M + i) * row_bytes(N); }
    /// B_k,ij as +1 or -1.
    float sign(std::int64_t k, std::int64_t i, std::int64_t j) const
    {
        return row(k, i)[j / 8] >> (j % 8) & 1 ? 1.0f : -1.0f;
    }
};

} // namespace boolab::kernels
