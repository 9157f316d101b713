// SPDX-License-Identifier: Apache-2.0
#include "core/formats/quantize.h"

#include "kernels/bfloat16.h"
#include "kernels/float16.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace boolab
{

namespace
{

constexpr std::size_t kBlock = 32; // QK8_0

void quantizeQ8_0(const float* values, std::byte* destination, std::size_t blocks)
{
    for (std::size_t b = 0; b < blocks; ++b, values += kBlock) {
        float largest = 0;
        for (std::size_t i = 0; i < kBlock; ++i)
            largest = std::max(largest, std::abs(values[i]));
        const float scale = largest / 127.0f, inverse = scale != 0 ? 1.0f / scale : 0.0f;
        const std::uint16_t half = kernels::float_to_float16(scale);
        std::memcpy(destination, &half, sizeof half);
        destination += sizeof half;
        for (std::size_t i = 0; i < kBlock; ++i)
            *destination++ =
                static_cast<std::byte>(static_cast<std::int8_t>(std::round(values[i] * inverse)));
    }
}

template <class Narrow> void narrowed(std::span<const float> values, std::byte* destination, Narrow narrow)
{
    for (const float value : values) {
        const std::uint16_t bits = narrow(value);
        std::memcpy(destination, &bits, sizeof bits);
        destination += sizeof bits;
    }
}

} // namespace

Status quantize(DType dtype, std::span<const float> values, std::vector<std::byte>& destination)
{
    const DTypeLayout layout = layoutOf(dtype);
    const auto blocks = values.size() / static_cast<std::size_t>(layout.blockElements);
    if (blocks * static_cast<std::size_t>(layout.blockElements) != values.size())
        return fail(ErrorCode::Internal, fmt::format("{} values do not fill blocks of {} ({})", values.size(),
                                                     layout.blockElements, nameOf(dtype)));
    destination.resize(blocks * static_cast<std::size_t>(layout.blockBytes));
    switch (dtype) {
    case DType::F32:
        if (!values.empty()) std::memcpy(destination.data(), values.data(), values.size_bytes());
        return {};
    case DType::F16:
        narrowed(values, destination.data(), kernels::float_to_float16);
        return {};
    case DType::BF16:
        narrowed(values, destination.data(), kernels::float_to_bfloat16);
        return {};
    case DType::Q8_0:
        quantizeQ8_0(values.data(), destination.data(), blocks);
        return {};
    default:
        return fail(ErrorCode::Internal, fmt::format("{} is not written", nameOf(dtype)));
    }
}

Status roundThrough(DType dtype, std::span<float> values, std::vector<std::byte>& memory)
{
    if (dtype == DType::F32) return {};
    if (auto narrow = quantize(dtype, values, memory); !narrow) return narrow;
    return dequantize(dtype, memory, values);
}

} // namespace boolab
