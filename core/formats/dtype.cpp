// SPDX-License-Identifier: Apache-2.0
#include "core/formats/dtype.h"

#include "core/formats/dequantize.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

using Dequantize = void (*)(const std::uint8_t* source, float* destination, std::int64_t blocks);

struct DTypeTraits {
    DType dtype;
    std::string_view name;
    DTypeLayout layout;
    Dequantize dequantize; ///< none for integers
};

constexpr DTypeTraits kTraits[] = {
    {DType::F32, "F32", {1, 4}, dequantizeF32},
    {DType::F16, "F16", {1, 2}, dequantizeF16},
    {DType::BF16, "BF16", {1, 2}, dequantizeBF16},
    {DType::F64, "F64", {1, 8}, dequantizeF64},
    {DType::I8, "I8", {1, 1}, nullptr},
    {DType::I16, "I16", {1, 2}, nullptr},
    {DType::I32, "I32", {1, 4}, nullptr},
    {DType::I64, "I64", {1, 8}, nullptr},
    {DType::U8, "U8", {1, 1}, nullptr},
    {DType::Bool, "BOOL", {1, 1}, nullptr},
    {DType::Q4_0, "Q4_0", {32, 18}, dequantizeQ4_0},
    {DType::Q4_1, "Q4_1", {32, 20}, dequantizeQ4_1},
    {DType::Q5_0, "Q5_0", {32, 22}, dequantizeQ5_0},
    {DType::Q5_1, "Q5_1", {32, 24}, dequantizeQ5_1},
    {DType::Q8_0, "Q8_0", {32, 34}, dequantizeQ8_0},
    {DType::Q2_K, "Q2_K", {256, 84}, dequantizeQ2_K},
    {DType::Q3_K, "Q3_K", {256, 110}, dequantizeQ3_K},
    {DType::Q4_K, "Q4_K", {256, 144}, dequantizeQ4_K},
    {DType::Q5_K, "Q5_K", {256, 176}, dequantizeQ5_K},
    {DType::Q6_K, "Q6_K", {256, 210}, dequantizeQ6_K},
};

constexpr bool inEnumOrder()
{
    for (std::size_t i = 0; i < std::size(kTraits); ++i)
        if (kTraits[i].dtype != static_cast<DType>(i)) return false;
    return std::size(kTraits) == static_cast<std::size_t>(DType::Q6_K) + 1;
}
static_assert(inEnumOrder(), "kTraits is indexed by DType");

constexpr const DTypeTraits& traitsOf(DType dtype)
{
    return kTraits[static_cast<std::size_t>(dtype)];
}

} // namespace

DTypeLayout layoutOf(DType dtype)
{
    return traitsOf(dtype).layout;
}

std::string_view nameOf(DType dtype)
{
    return traitsOf(dtype).name;
}

Status dequantize(DType dtype, std::span<const std::byte> source, std::span<float> destination)
{
    const auto& [type, name, layout, expand] = traitsOf(dtype);
    if (!expand)
        return fail(ErrorCode::Unsupported, fmt::format("{} values cannot be read as weights", name),
                    "Weights are floating point or one of ggml's quantised types.");
    const auto elements = static_cast<std::int64_t>(destination.size());
    const auto blocks = elements / layout.blockElements;
    if (elements % layout.blockElements != 0)
        return fail(ErrorCode::BadInput, fmt::format("{} {} values do not fill blocks of {}", elements, name,
                                                     layout.blockElements));
    if (source.size() / static_cast<std::size_t>(layout.blockBytes) != static_cast<std::size_t>(blocks) ||
        source.size() % static_cast<std::size_t>(layout.blockBytes) != 0)
        return fail(ErrorCode::BadInput, fmt::format("{} {} values take {} bytes, got {}", elements, name,
                                                     blocks * layout.blockBytes, source.size()));
    if (blocks > 0) expand(reinterpret_cast<const std::uint8_t*>(source.data()), destination.data(), blocks);
    return {};
}

} // namespace boolab
