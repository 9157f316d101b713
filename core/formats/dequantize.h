// SPDX-License-Identifier: Apache-2.0
// ggml's block formats expanded to float32. Layout: ggml-common.h; order of the operations: gguf.quants, so
// that every bit agrees. Alignment: none is needed. Non-goals: sizes are checked by the caller (dtype.cpp).
#pragma once

#include "kernels/float16.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace boolab
{

static_assert(std::endian::native == std::endian::little, "the formats are little-endian");

inline float halfAt(const std::uint8_t* source)
{
    std::uint16_t half = 0;
    std::memcpy(&half, source, sizeof half);
    return kernels::float16_to_float(half);
}

// Each expands `blocks` blocks of its type from `source` to `destination`.
void dequantizeF32(const std::uint8_t* source, float* destination, std::int64_t blocks);
void dequantizeF16(const std::uint8_t* source, float* destination, std::int64_t blocks);
void dequantizeBF16(const std::uint8_t* source, float* destination, std::int64_t blocks);
void dequantizeF64(const std::uint8_t* source, float* destination, std::int64_t blocks);
void dequantizeQ4_0(const std::uint8_t* source, float* destination, std::int64_t blocks);
void dequantizeQ4_1(const std::uint8_t* source, float* destination, std::int64_t blocks);
void dequantizeQ5_0(const std::uint8_t* source, float* destination, std::int64_t blocks);
void dequantizeQ5_1(const std::uint8_t* source, float* destination, std::int64_t blocks);
void dequantizeQ8_0(const std::uint8_t* source, float* destination, std::int64_t blocks);
void dequantizeQ2_K(const std::uint8_t* source, float* destination, std::int64_t blocks);
void dequantizeQ3_K(const std::uint8_t* source, float* destination, std::int64_t blocks);
void dequantizeQ4_K(const std::uint8_t* source, float* destination, std::int64_t blocks);
void dequantizeQ5_K(const std::uint8_t* source, float* destination, std::int64_t blocks);
void dequantizeQ6_K(const std::uint8_t* source, float* destination, std::int64_t blocks);

} // namespace boolab
