// SPDX-License-Identifier: Apache-2.0
// Plain types and the 32-weight blocks (Q4_0 to Q8_0).
#include "core/formats/dequantize.h"

namespace boolab
{

namespace
{

constexpr int kHalfBlock = 16; // weights j and j + 16 share byte j of the nibbles

/// The fifth bits of a Q5 block, one per weight, spread to one byte (0 or 16) each: a form that loops
/// vectorise over.
struct FifthBits {
    std::uint8_t value[2 * kHalfBlock];

    explicit FifthBits(const std::uint8_t* source)
    {
        for (int byte = 0; byte < 4; ++byte)
            for (int bit = 0; bit < 8; ++bit)
                value[8 * byte + bit] = static_cast<std::uint8_t>(source[byte] >> bit & 1) << 4;
    }
};

} // namespace

void dequantizeF32(const std::uint8_t* source, float* destination, std::int64_t blocks)
{
    std::memcpy(destination, source, static_cast<std::size_t>(blocks) * sizeof(float));
}

void dequantizeF16(const std::uint8_t* source, float* destination, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i)
        destination[i] = halfAt(source + 2 * i);
}

void dequantizeBF16(const std::uint8_t* source, float* destination, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i) {
        std::uint16_t high = 0;
        std::memcpy(&high, source + 2 * i, sizeof high);
        const std::uint32_t bits = static_cast<std::uint32_t>(high) << 16;
        std::memcpy(destination + i, &bits, sizeof bits);
    }
}

void dequantizeF64(const std::uint8_t* source, float* destination, std::int64_t blocks)
{
    for (std::int64_t i = 0; i < blocks; ++i) {
        double value = 0;
        std::memcpy(&value, source + 8 * i, sizeof value);
        destination[i] = static_cast<float>(value);
    }
}

// half d; nibbles[16]
void dequantizeQ4_0(const std::uint8_t* source, float* destination, std::int64_t blocks)
{
    for (std::int64_t block = 0; block < blocks; ++block, source += 18, destination += 32) {
        const float d = halfAt(source);
        const std::uint8_t* nibbles = source + 2;
        for (int j = 0; j < kHalfBlock; ++j)
            destination[j] = d * static_cast<float>((nibbles[j] & 15) - 8);
        for (int j = 0; j < kHalfBlock; ++j)
            destination[kHalfBlock + j] = d * static_cast<float>((nibbles[j] >> 4) - 8);
    }
}

// half d; half m; nibbles[16]
void dequantizeQ4_1(const std::uint8_t* source, float* destination, std::int64_t blocks)
{
    for (std::int64_t block = 0; block < blocks; ++block, source += 20, destination += 32) {
        const float d = halfAt(source), m = halfAt(source + 2);
        const std::uint8_t* nibbles = source + 4;
        for (int j = 0; j < kHalfBlock; ++j)
            destination[j] = d * static_cast<float>(nibbles[j] & 15) + m;
        for (int j = 0; j < kHalfBlock; ++j)
            destination[kHalfBlock + j] = d * static_cast<float>(nibbles[j] >> 4) + m;
    }
}

// half d; fifthBits[4]; nibbles[16]
void dequantizeQ5_0(const std::uint8_t* source, float* destination, std::int64_t blocks)
{
    for (std::int64_t block = 0; block < blocks; ++block, source += 22, destination += 32) {
        const float d = halfAt(source);
        const FifthBits fifth(source + 2);
        const std::uint8_t* nibbles = source + 6;
        for (int j = 0; j < kHalfBlock; ++j)
            destination[j] = d * static_cast<float>(((nibbles[j] & 15) | fifth.value[j]) - 16);
        for (int j = 0; j < kHalfBlock; ++j)
            destination[kHalfBlock + j] =
                d * static_cast<float>(((nibbles[j] >> 4) | fifth.value[kHalfBlock + j]) - 16);
    }
}

// half d; half m; fifthBits[4]; nibbles[16]
void dequantizeQ5_1(const std::uint8_t* source, float* destination, std::int64_t blocks)
{
    for (std::int64_t block = 0; block < blocks; ++block, source += 24, destination += 32) {
        const float d = halfAt(source), m = halfAt(source + 2);
        const FifthBits fifth(source + 4);
        const std::uint8_t* nibbles = source + 8;
        for (int j = 0; j < kHalfBlock; ++j)
            destination[j] = d * static_cast<float>((nibbles[j] & 15) | fifth.value[j]) + m;
        for (int j = 0; j < kHalfBlock; ++j)
            destination[kHalfBlock + j] =
                d * static_cast<float>((nibbles[j] >> 4) | fifth.value[kHalfBlock + j]) + m;
    }
}

// half d; int8 q[32]
void dequantizeQ8_0(const std::uint8_t* source, float* destination, std::int64_t blocks)
{
    for (std::int64_t block = 0; block < blocks; ++block, source += 34, destination += 32) {
        const float d = halfAt(source);
        const std::uint8_t* q = source + 2;
        for (int j = 0; j < 32; ++j)
            destination[j] = static_cast<float>(static_cast<std::int8_t>(q[j])) * d;
    }
}

} // namespace boolab
