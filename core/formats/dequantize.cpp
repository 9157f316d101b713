// SPDX-License-Identifier: Apache-2.0
// Block layouts: ggml-common.h; arithmetic in the order of PyPI's gguf, so that every bit agrees.
#include "core/formats/dtype.h"

#include <bit>
#include <cstring>
#include <fmt/format.h>

namespace boolab
{

static float halfToFloat(std::uint16_t half)
{
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
    std::uint32_t exponent = (half >> 10) & 0x1Fu, mantissa = half & 0x3FFu;
    if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000u | (mantissa << 13));
    if (exponent == 0) {
        // Subnormal halves are normal floats: exact in float arithmetic.
        const float value = static_cast<float>(mantissa) * 0x1p-24f;
        return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(value));
    }
    return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
}

namespace
{

using Byte = unsigned char;

std::uint16_t read16(const Byte* p)
{
    return static_cast<std::uint16_t>(p[0] | (p[1] << 8));
}

float readHalf(const Byte* p)
{
    return halfToFloat(read16(p));
}

std::uint32_t read32(const Byte* p)
{
    std::uint32_t value;
    std::memcpy(&value, p, 4);
    return value;
}

void q4_0(const Byte* block, float* out)
{
    const float d = readHalf(block);
    for (int j = 0; j < 16; ++j) {
        out[j] = d * static_cast<float>((block[2 + j] & 15) - 8);
        out[j + 16] = d * static_cast<float>((block[2 + j] >> 4) - 8);
    }
}

void q4_1(const Byte* block, float* out)
{
    const float d = readHalf(block), m = readHalf(block + 2);
    for (int j = 0; j < 16; ++j) {
        out[j] = d * static_cast<float>(block[4 + j] & 15) + m;
        out[j + 16] = d * static_cast<float>(block[4 + j] >> 4) + m;
    }
}

void q5_0(const Byte* block, float* out)
{
    const float d = readHalf(block);
    const std::uint32_t high = read32(block + 2);
    for (int j = 0; j < 16; ++j) {
        const int low = (block[6 + j] & 15) | static_cast<int>(((high >> j) & 1) << 4);
        const int up = (block[6 + j] >> 4) | static_cast<int>(((high >> (j + 16)) & 1) << 4);
        out[j] = d * static_cast<float>(low - 16);
        out[j + 16] = d * static_cast<float>(up - 16);
    }
}

void q5_1(const Byte* block, float* out)
{
    const float d = readHalf(block), m = readHalf(block + 2);
    const std::uint32_t high = read32(block + 4);
    for (int j = 0; j < 16; ++j) {
        const int low = (block[8 + j] & 15) | static_cast<int>(((high >> j) & 1) << 4);
        const int up = (block[8 + j] >> 4) | static_cast<int>(((high >> (j + 16)) & 1) << 4);
        out[j] = d * static_cast<float>(low) + m;
        out[j + 16] = d * static_cast<float>(up) + m;
    }
}

void q8_0(const Byte* block, float* out)
{
    const float d = readHalf(block);
    for (int j = 0; j < 32; ++j)
        out[j] = static_cast<float>(static_cast<signed char>(block[2 + j])) * d;
}

void q2_k(const Byte* block, float* out)
{
    const Byte *scales = block, *qs = block + 16;
    const float d = readHalf(block + 80), dmin = readHalf(block + 82);
    for (int half = 0; half < 2; ++half)
        for (int shift = 0; shift < 4; ++shift)
            for (int part = 0; part < 2; ++part) {
                const Byte scale = scales[half * 8 + shift * 2 + part];
                const float dl = d * static_cast<float>(scale & 15),
                            ml = dmin * static_cast<float>(scale >> 4);
                for (int l = 0; l < 16; ++l)
                    *out++ = dl * static_cast<float>((qs[half * 32 + part * 16 + l] >> (2 * shift)) & 3) - ml;
            }
}

void q3_k(const Byte* block, float* out)
{
    const Byte *hmask = block, *qs = block + 32, *packed = block + 96;
    const float d = readHalf(block + 108);
    int scales[16];
    for (int i = 0; i < 16; ++i) {
        const int low = i < 8 ? packed[i] & 15 : packed[i - 8] >> 4;
        const int high = (packed[8 + i % 4] >> (2 * (i / 4))) & 3;
        scales[i] = (low | (high << 4)) - 32;
    }
    for (int i = 0; i < 16; ++i) {
        const float dl = d * static_cast<float>(scales[i]);
        const int half = i / 8, shift = (i % 8) / 2, part = i % 2;
        for (int l = 0; l < 16; ++l) {
            const int column = part * 16 + l;
            const int low = (qs[half * 32 + column] >> (2 * shift)) & 3;
            const int high = (hmask[column] >> (half * 4 + shift)) & 1;
            *out++ = dl * static_cast<float>(low - (high ? 0 : 4));
        }
    }
}

/// The 6-bit scale and minimum of sub-block i of Q4_K and Q5_K.
void scaleAndMin(const Byte* packed, int i, int& scale, int& min)
{
    if (i < 4) {
        scale = packed[i] & 63;
        min = packed[i + 4] & 63;
    } else {
        scale = (packed[i + 4] & 15) | ((packed[i - 4] >> 6) << 4);
        min = (packed[i + 4] >> 4) | ((packed[i] >> 6) << 4);
    }
}

void q4_k(const Byte* block, float* out)
{
    const float d = readHalf(block), dmin = readHalf(block + 2);
    const Byte *packed = block + 4, *qs = block + 16;
    for (int i = 0; i < 8; ++i) {
        int scale, min;
        scaleAndMin(packed, i, scale, min);
        const float dl = d * static_cast<float>(scale), ml = dmin * static_cast<float>(min);
        for (int l = 0; l < 32; ++l) {
            const Byte q = qs[(i / 2) * 32 + l];
            *out++ = dl * static_cast<float>(i % 2 ? q >> 4 : q & 15) - ml;
        }
    }
}

void q5_k(const Byte* block, float* out)
{
    const float d = readHalf(block), dmin = readHalf(block + 2);
    const Byte *packed = block + 4, *qh = block + 16, *qs = block + 48;
    for (int i = 0; i < 8; ++i) {
        int scale, min;
        scaleAndMin(packed, i, scale, min);
        const float dl = d * static_cast<float>(scale), ml = dmin * static_cast<float>(min);
        for (int l = 0; l < 32; ++l) {
            const Byte q = qs[(i / 2) * 32 + l];
            const int value = (i % 2 ? q >> 4 : q & 15) | (((qh[l] >> i) & 1) << 4);
            *out++ = dl * static_cast<float>(value) - ml;
        }
    }
}

void q6_k(const Byte* block, float* out)
{
    const Byte *ql = block, *qh = block + 128, *scales = block + 192;
    const float d = readHalf(block + 208);
    for (int i = 0; i < 256; ++i) {
        const int half = i / 128, rest = i % 128, quarter = rest / 32, l = rest % 32;
        const Byte low = ql[half * 64 + (quarter % 2) * 32 + l];
        const int value =
            (quarter < 2 ? low & 15 : low >> 4) | (((qh[half * 32 + l] >> (2 * quarter)) & 3) << 4);
        const float dl = d * static_cast<float>(static_cast<signed char>(scales[i / 16]));
        out[i] = dl * static_cast<float>(value - 32);
    }
}

template <auto expand, std::int64_t blockBytes, std::int64_t blockElements>
void expandAll(const Byte* source, std::int64_t blocks, float* out)
{
    for (std::int64_t b = 0; b < blocks; ++b)
        expand(source + b * blockBytes, out + b * blockElements);
}

void f16(const Byte* source, float* out)
{
    *out = readHalf(source);
}

void bf16(const Byte* source, float* out)
{
    *out = std::bit_cast<float>(static_cast<std::uint32_t>(read16(source)) << 16);
}

} // namespace

Status dequantize(DType dtype, std::span<const std::byte> source, std::span<float> destination)
{
    const DTypeLayout layout = layoutOf(dtype);
    const auto elements = static_cast<std::int64_t>(destination.size());
    const std::int64_t blocks = elements / layout.blockElements;
    if (elements % layout.blockElements != 0 ||
        static_cast<std::int64_t>(source.size()) != blocks * layout.blockBytes)
        return fail(ErrorCode::BadInput, fmt::format("{} values of type {} do not fit {} bytes", elements,
                                                     nameOf(dtype), source.size()));
    const auto* bytes = reinterpret_cast<const Byte*>(source.data());
    float* out = destination.data();
    switch (dtype) {
    case DType::F32:
        std::memcpy(out, bytes, source.size());
        break;
    case DType::F16:
        expandAll<f16, 2, 1>(bytes, blocks, out);
        break;
    case DType::BF16:
        expandAll<bf16, 2, 1>(bytes, blocks, out);
        break;
    case DType::Q4_0:
        expandAll<q4_0, 18, 32>(bytes, blocks, out);
        break;
    case DType::Q4_1:
        expandAll<q4_1, 20, 32>(bytes, blocks, out);
        break;
    case DType::Q5_0:
        expandAll<q5_0, 22, 32>(bytes, blocks, out);
        break;
    case DType::Q5_1:
        expandAll<q5_1, 24, 32>(bytes, blocks, out);
        break;
    case DType::Q8_0:
        expandAll<q8_0, 34, 32>(bytes, blocks, out);
        break;
    case DType::Q2_K:
        expandAll<q2_k, 84, 256>(bytes, blocks, out);
        break;
    case DType::Q3_K:
        expandAll<q3_k, 110, 256>(bytes, blocks, out);
        break;
    case DType::Q4_K:
        expandAll<q4_k, 144, 256>(bytes, blocks, out);
        break;
    case DType::Q5_K:
        expandAll<q5_k, 176, 256>(bytes, blocks, out);
        break;
    case DType::Q6_K:
        expandAll<q6_k, 210, 256>(bytes, blocks, out);
        break;
    default:
        return fail(ErrorCode::Unsupported, fmt::format("values of type {} are not weights", nameOf(dtype)));
    }
    return {};
}

} // namespace boolab
