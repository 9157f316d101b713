// SPDX-License-Identifier: Apache-2.0
#include "kernels/reference.h"

namespace boolab::kernels
{

void pack_signs_ref(const float* values, std::int64_t M, std::int64_t N, std::uint8_t* bits)
{
    for (std::int64_t i = 0; i < M; ++i) {
        for (std::int64_t b = 0; b < row_bytes(N); ++b)
            bits[i * row_bytes(N) + b] = 0;
        for (std::int64_t j = 0; j < N; ++j)
            if (values[i * N + j] >= 0.0f) bits[i * row_bytes(N) + j / 8] |= std::uint8_t(1 << (j % 8));
    }
}

void unpack_signs_ref(const std::uint8_t* bits, std::int64_t M, std::int64_t N, float* values)
{
    for (std::int64_t i = 0; i < M; ++i)
        for (std::int64_t j = 0; j < N; ++j)
            values[i * N + j] = bits[i * row_bytes(N) + j / 8] >> (j % 8) & 1 ? 1.0f : -1.0f;
}

} // namespace boolab::kernels
