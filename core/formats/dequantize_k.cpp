// SPDX-License-Identifier: Apache-2.0
// The 256-weight super-blocks (Q2_K to Q6_K): groups of 16 or 32 weights with small integer scales over one
// or two halves.
#include "core/formats/dequantize.h"

namespace boolab
{

namespace
{

constexpr int kSuperBlock = 256;
constexpr int kRun = 32;   // weights that take the same bits of consecutive bytes
constexpr int kGroup = 16; // weights per scale in Q2_K, Q3_K, Q6_K

/// The eight 6-bit scales and minima of Q4_K and Q5_K, packed into 12 bytes.
struct ScalesAndMinima {
    float scale[8], minimum[8];

    ScalesAndMinima(const std::uint8_t* packed, float d, float dMin)
    {
        for (int i = 0; i < 4; ++i) {
            const int low = packed[i], middle = packed[i + 4], high = packed[i + 8];
            scale[i] = d * static_cast<float>(low & 63);
            minimum[i] = dMin * static_cast<float>(middle & 63);
            scale[i + 4] = d * static_cast<float>((high & 15) | (low >> 2 & 0x30));
            minimum[i + 4] = dMin * static_cast<float>((high >> 4) | (middle >> 2 & 0x30));
        }
    }
};

/// Q3_K's scale i of 16: four low bits in bytes 0 to 7, two high bits in bytes 8 to 11.
float q3Scale(const std::uint8_t* packed, int i)
{
    const int low = packed[i % 8] >> (4 * (i / 8)) & 15;
    const int high = packed[8 + i % 4] >> (2 * (i / 4)) & 3;
    return static_cast<float>((low | high << 4) - 32);
}

} // namespace

// scales[16] (low nibble scale, high nibble minimum); q[64]; half d; half dMin
void dequantizeQ2_K(const std::uint8_t* source, float* destination, std::int64_t blocks)
{
    for (std::int64_t block = 0; block < blocks; ++block, source += 84, destination += kSuperBlock) {
        const float d = halfAt(source + 80), dMin = halfAt(source + 82);
        for (int group = 0; group < kSuperBlock / kGroup; ++group) {
            const float scale = d * static_cast<float>(source[group] & 15);
            const float minimum = dMin * static_cast<float>(source[group] >> 4);
            const int shift = 2 * (group % 8 / 2);
            const std::uint8_t* q = source + 16 + kRun * (group / 8) + kGroup * (group % 2);
            float* out = destination + kGroup * group;
            for (int j = 0; j < kGroup; ++j)
                out[j] = scale * static_cast<float>(q[j] >> shift & 3) - minimum;
        }
    }
}

// highBits[32]; q[64]; scales[12]; half d
void dequantizeQ3_K(const std::uint8_t* source, float* destination, std::int64_t blocks)
{
    for (std::int64_t block = 0; block < blocks; ++block, source += 110, destination += kSuperBlock) {
        const float d = halfAt(source + 108);
        for (int group = 0; group < kSuperBlock / kGroup; ++group) {
            const float scale = d * q3Scale(source + 96, group);
            const int shift = 2 * (group % 8 / 2), highShift = group / 2;
            const std::uint8_t* high = source + kGroup * (group % 2);
            const std::uint8_t* q = source + 32 + kRun * (group / 8) + kGroup * (group % 2);
            float* out = destination + kGroup * group;
            for (int j = 0; j < kGroup; ++j) {
                // A clear high bit, not a set one, moves the value by -4.
                const int value = (q[j] >> shift & 3) + ((high[j] >> highShift & 1) << 2) - 4;
                out[j] = scale * static_cast<float>(value);
            }
        }
    }
}

// half d; half dMin; scales[12]; nibbles[128]
void dequantizeQ4_K(const std::uint8_t* source, float* destination, std::int64_t blocks)
{
    for (std::int64_t block = 0; block < blocks; ++block, source += 144, destination += kSuperBlock) {
        const ScalesAndMinima group(source + 4, halfAt(source), halfAt(source + 2));
        for (int run = 0; run < kSuperBlock / kRun; ++run) {
            const float scale = group.scale[run], minimum = group.minimum[run];
            const int shift = 4 * (run % 2);
            const std::uint8_t* nibbles = source + 16 + kRun * (run / 2);
            float* out = destination + kRun * run;
            for (int j = 0; j < kRun; ++j)
                out[j] = scale * static_cast<float>(nibbles[j] >> shift & 15) - minimum;
        }
    }
}

// half d; half dMin; scales[12]; highBits[32]; nibbles[128]
void dequantizeQ5_K(const std::uint8_t* source, float* destination, std::int64_t blocks)
{
    for (std::int64_t block = 0; block < blocks; ++block, source += 176, destination += kSuperBlock) {
        const ScalesAndMinima group(source + 4, halfAt(source), halfAt(source + 2));
        const std::uint8_t* high = source + 16;
        for (int run = 0; run < kSuperBlock / kRun; ++run) {
            const float scale = group.scale[run], minimum = group.minimum[run];
            const int shift = 4 * (run % 2);
            const std::uint8_t* nibbles = source + 48 + kRun * (run / 2);
            float* out = destination + kRun * run;
            for (int j = 0; j < kRun; ++j) {
                const int value = (nibbles[j] >> shift & 15) | (high[j] >> run & 1) << 4;
                out[j] = scale * static_cast<float>(value) - minimum;
            }
        }
    }
}

// low nibbles[128]; highBits[64] (two per weight); int8 scales[16]; half d
void dequantizeQ6_K(const std::uint8_t* source, float* destination, std::int64_t blocks)
{
    for (std::int64_t block = 0; block < blocks; ++block, source += 210, destination += kSuperBlock) {
        const float d = halfAt(source + 208);
        for (int group = 0; group < kSuperBlock / kGroup; ++group) {
            const float scale = d * static_cast<float>(static_cast<std::int8_t>(source[192 + group]));
            const int half = group / 8, inHalf = group % 8;
            const int lowShift = 4 * (inHalf / 4), highShift = 2 * (inHalf / 2);
            const std::uint8_t* low = source + 64 * half + kGroup * (inHalf % 4);
            const std::uint8_t* high = source + 128 + kRun * half + kGroup * (inHalf % 2);
            float* out = destination + kGroup * group;
            for (int j = 0; j < kGroup; ++j) {
                const int value = ((low[j] >> lowShift & 15) | (high[j] >> highShift & 3) << 4) - 32;
                out[j] = scale * static_cast<float>(value);
            }
        }
    }
}

} // namespace boolab
