// SPDX-License-Identifier: Apache-2.0
// Inside the CUDA ops: all inline PTX that they hold, and beside each instruction what it does on the
// emulated device. A thread's part of A, B and D is as in the PTX ISA, "Matrix Fragments for mma.m16n8k256"
// and "m16n8k32": with g = lane / 4 and t = lane % 4 a thread holds of A (16 rows) the rows g and g + 8, of B
// (8 columns) column g, and of D rows g, g + 8 and columns 2 t, 2 t + 1.
#pragma once

#include <cstdint>

#include "kernels/cuda/language.h"

namespace boolab::kernels::cuda
{

#ifdef BOOLAB_CUDA_EMULATED

struct EmulatedMma {
    std::int32_t* d;
    const std::uint32_t *a, *b;
};

/// D += sum over 32-bit words of multiply(word of A, word of B): `kWords` words a row, which four threads
/// share alternately.
template <int kWords, class Multiply>
EMULATION_PLAIN void emulate_mma(void** values, const Multiply& multiply)
{
    std::uint32_t A[16][kWords], B[8][kWords];
    const auto of = [&](int lane) { return static_cast<EmulatedMma*>(values[lane]); };
    for (int lane = 0; lane < 32; ++lane)
        for (int half = 0; half < 2; ++half) {
            const int g = lane / 4, word = lane % 4 + 4 * half;
            A[g][word] = of(lane)->a[2 * half];
            A[g + 8][word] = of(lane)->a[2 * half + 1];
            B[g][word] = of(lane)->b[half];
        }
    for (int lane = 0; lane < 32; ++lane)
        for (int r = 0; r < 4; ++r) {
            std::uint32_t sum = std::uint32_t(of(lane)->d[r]);
            for (int word = 0; word < kWords; ++word)
                sum += multiply(A[lane / 4 + r / 2 * 8][word], B[lane % 4 * 2 + r % 2][word]);
            of(lane)->d[r] = std::int32_t(sum);
        }
}

EMULATION_PLAIN inline void emulate_mma_bits(void** values, std::uint32_t)
{
    emulate_mma<8>(values,
                   [](std::uint32_t a, std::uint32_t b) { return std::uint32_t(__builtin_popcount(a & b)); });
}

EMULATION_PLAIN inline void emulate_mma_bytes(void** values, std::uint32_t)
{
    emulate_mma<8>(values, [](std::uint32_t a, std::uint32_t b) {
        std::uint32_t sum = 0;
        for (int shift = 0; shift < 32; shift += 8)
            sum += (a >> shift & 255) * (b >> shift & 255);
        return sum;
    });
}

#endif

/// D (16, 8) += A (16, 256) B (256, 8), A and B single bits. Compute capability 8.0 … 9.0; newer devices have
/// no such unit.
__device__ __forceinline__ void mma_bits(std::int32_t (&d)[4], const std::uint32_t (&a)[4], std::uint32_t b0,
                                         std::uint32_t b1)
{
#ifdef BOOLAB_CUDA_EMULATED
    const std::uint32_t b[2] = {b0, b1};
    EmulatedMma own{d, a, b};
    emulation::waitFor("mma_bits", 0xffffffffu, &own, emulate_mma_bits);
#elif defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 1000
    asm("mma.sync.aligned.m16n8k256.row.col.s32.b1.b1.s32.and.popc {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
        "{%0,%1,%2,%3};"
        : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
#else
    __trap(); // ptxas would call a slow routine here: the host does not start it on such a device
#endif
}

/// D (16, 8) += A (16, 32) B (32, 8), A and B unsigned bytes, modulo 2^32. Compute capability 8.0 and newer.
__device__ __forceinline__ void mma_bytes(std::int32_t (&d)[4], const std::uint32_t (&a)[4], std::uint32_t b0,
                                          std::uint32_t b1)
{
#ifdef BOOLAB_CUDA_EMULATED
    const std::uint32_t b[2] = {b0, b1};
    EmulatedMma own{d, a, b};
    emulation::waitFor("mma_bytes", 0xffffffffu, &own, emulate_mma_bytes);
#else
    asm("mma.sync.aligned.m16n8k32.row.col.s32.u8.u8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
        "{%0,%1,%2,%3};"
        : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
#endif
}

/// Sixteen bytes that nothing writes meanwhile and that are read once: they need no place in the first cache.
__device__ __forceinline__ uint4 load_once(const uint4* from)
{
#ifdef BOOLAB_CUDA_EMULATED
    return *from;
#else
    uint4 value;
    asm("ld.global.nc.L1::no_allocate.v4.u32 {%0,%1,%2,%3}, [%4];"
        : "=r"(value.x), "=r"(value.y), "=r"(value.z), "=r"(value.w)
        : "l"(from));
    return value;
#endif
}

} // namespace boolab::kernels::cuda
