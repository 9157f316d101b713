// SPDX-License-Identifier: Apache-2.0
#include "kernels/pack_bits.h"

#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pack_bits.cpp"
#include <hwy/foreach_target.h>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

void pack_rows(const float* values, std::int64_t rows, std::int64_t N, std::uint8_t* bits)
{
    const F16 zero = splat(0.0f);
    for (std::int64_t i = 0; i < rows; ++i)
        for (std::int64_t j = 0; j < N; j += kLanes) {
            const std::int64_t n = columns_at(j, N);
            const F16 v = load_some(values + i * N + j, n);
            store_bits(bits_of(at_least(v, zero)), bits + i * row_bytes(N), j, n);
        }
}

void unpack_rows(const std::uint8_t* bits, std::int64_t rows, std::int64_t N, float* values)
{
    const F16 one = splat(1.0f);
    for (std::int64_t i = 0; i < rows; ++i)
        for (std::int64_t j = 0; j < N; j += kLanes) {
            const std::int64_t n = columns_at(j, N);
            const Mask16 plus = mask_of(load_bits(bits + i * row_bytes(N), j, n));
            store_some(signed_by(plus, one), values + i * N + j, n);
        }
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(pack_rows);
HWY_EXPORT(unpack_rows);

void pack_signs(const float* values, std::int64_t M, std::int64_t N, std::uint8_t* bits, int threads)
{
    if (reference_forced()) return pack_signs_ref(values, M, N, bits);
    for_row_chunks(M, threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        HWY_DYNAMIC_DISPATCH(pack_rows)(values + begin * N, end - begin, N, bits + begin * row_bytes(N));
    });
}

void unpack_signs(const std::uint8_t* bits, std::int64_t M, std::int64_t N, float* values, int threads)
{
    if (reference_forced()) return unpack_signs_ref(bits, M, N, values);
    for_row_chunks(M, threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        HWY_DYNAMIC_DISPATCH(unpack_rows)(bits + begin * row_bytes(N), end - begin, N, values + begin * N);
    });
}

} // namespace boolab::kernels
#endif
