// SPDX-License-Identifier: Apache-2.0
#include "kernels/bfloat16.h"
#include "kernels/reference.h"

namespace boolab::kernels
{

void rotate_heads_ref(const float* x, const float* cosine, const float* sine, std::int64_t R, std::int64_t T,
                      std::int64_t H, std::int64_t D, bool backwards, float* y)
{
    const std::int64_t half = D / 2;
    for (std::int64_t r = 0; r < R; ++r)
        for (std::int64_t head = 0; head < H; ++head)
            for (std::int64_t j = 0; j < half; ++j) {
                const std::int64_t at = (r * H + head) * D + j;
                const float c = cosine[r % T * D + j], s = sine[r % T * D + j] * (backwards ? -1.0f : 1.0f);
                const float a = x[at], b = x[at + half];
                y[at] = a * c - b * s;
                y[at + half] = b * c + a * s;
            }
}

void rotate_heads_ref(const std::uint16_t* x, const float* cosine, const float* sine, std::int64_t R,
                      std::int64_t T, std::int64_t H, std::int64_t D, bool backwards, std::uint16_t* y)
{
    std::vector<float> wide(std::size_t(R * H * D)), rotated(wide.size());
    for (std::size_t i = 0; i < wide.size(); ++i)
        wide[i] = bfloat16_to_float(x[i]);
    rotate_heads_ref(wide.data(), cosine, sine, R, T, H, D, backwards, rotated.data());
    for (std::size_t i = 0; i < wide.size(); ++i)
        y[i] = float_to_bfloat16(rotated[i]);
}

} // namespace boolab::kernels
