// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_tensors.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <unordered_set>

namespace boolab
{

namespace
{

constexpr std::uint32_t kMaxDimensions = 4; // GGML_MAX_DIMS

struct GgmlType {
    std::uint32_t id;
    DType dtype;
};

constexpr GgmlType kSupported[] = {
    {0, DType::F32},   {1, DType::F16},   {2, DType::Q4_0},  {3, DType::Q4_1},  {6, DType::Q5_0},
    {7, DType::Q5_1},  {8, DType::Q8_0},  {10, DType::Q2_K}, {11, DType::Q3_K}, {12, DType::Q4_K},
    {13, DType::Q5_K}, {14, DType::Q6_K}, {24, DType::I8},   {25, DType::I16},  {26, DType::I32},
    {27, DType::I64},  {28, DType::F64},  {30, DType::BF16},
};

/// ggml's types that Boolab knows by name only (gguf.GGMLQuantizationType).
constexpr std::pair<std::uint32_t, const char*> kUnsupported[] = {
    {9, "Q8_1"},    {15, "Q8_K"},  {16, "IQ2_XXS"}, {17, "IQ2_XS"}, {18, "IQ3_XXS"}, {19, "IQ1_S"},
    {20, "IQ4_NL"}, {21, "IQ3_S"}, {22, "IQ2_S"},   {23, "IQ4_XS"}, {29, "IQ1_M"},   {34, "TQ1_0"},
    {35, "TQ2_0"},  {39, "MXFP4"}, {40, "NVFP4"},   {41, "Q1_0"},   {42, "Q2_0"},
};

std::string nameOfUnsupported(std::uint32_t id)
{
    for (const auto& [known, name] : kUnsupported)
        if (known == id) return fmt::format("{} ({})", id, name);
    return fmt::format("{} (unknown)", id);
}

std::string supportedTypes()
{
    std::string list;
    for (const auto& [id, dtype] : kSupported)
        list += fmt::format("{}{} {}", list.empty() ? "" : ", ", id, nameOf(dtype));
    return list;
}

DType readType(GgufCursor& cursor)
{
    const auto at = cursor.offset();
    const auto id = cursor.number<std::uint32_t>("the tensor's type");
    for (const auto& [known, dtype] : kSupported)
        if (known == id) return dtype;
    cursor.refuse(ErrorCode::Unsupported, at,
                  fmt::format("the tensor's type {} is not supported; supported are {}",
                              nameOfUnsupported(id), supportedTypes()),
                  "Use a file of the same model in one of these types, or its Hugging Face folder.");
    return DType::F32;
}

/// The dimensions as stored: row length first.
std::vector<std::int64_t> readDimensions(GgufCursor& cursor)
{
    const auto at = cursor.offset();
    const auto count = cursor.number<std::uint32_t>("the number of dimensions");
    if (!cursor.failed() && (count < 1 || count > kMaxDimensions))
        cursor.refuse(at,
                      fmt::format("the tensor has {} dimensions, expected 1 to {}", count, kMaxDimensions));
    std::vector<std::int64_t> dimensions;
    for (std::uint32_t i = 0; i < count && !cursor.failed(); ++i) {
        const auto dimensionAt = cursor.offset();
        const auto dimension = cursor.number<std::int64_t>("a dimension");
        if (!cursor.failed() && dimension < 1)
            cursor.refuse(dimensionAt, fmt::format("dimension {} is {}, expected 1 to 2^63-1", i, dimension));
        dimensions.push_back(dimension);
    }
    return dimensions;
}

/// Bytes of a tensor with positive `dimensions`, or 0 with an error in the cursor.
std::uint64_t byteSizeOf(GgufCursor& cursor, std::size_t at, const std::vector<std::int64_t>& dimensions,
                         DType dtype)
{
    const auto layout = layoutOf(dtype);
    if (dimensions[0] % layout.blockElements != 0) {
        cursor.refuse(at, fmt::format("rows of {} values do not fill {} blocks of {}", dimensions[0],
                                      nameOf(dtype), layout.blockElements));
        return 0;
    }
    std::int64_t bytes = layout.blockBytes;
    bool overflow = __builtin_mul_overflow(bytes, dimensions[0] / layout.blockElements, &bytes);
    std::int64_t elements = dimensions[0];
    for (std::size_t i = 1; i < dimensions.size(); ++i) {
        overflow = overflow || __builtin_mul_overflow(bytes, dimensions[i], &bytes);
        overflow = overflow || __builtin_mul_overflow(elements, dimensions[i], &elements);
    }
    if (!overflow) return static_cast<std::uint64_t>(bytes);
    cursor.refuse(at,
                  fmt::format("a tensor of shape {} is larger than any file", fmt::join(dimensions, " x ")));
    return 0;
}

GgufTensorEntry readEntry(GgufCursor& cursor)
{
    GgufTensorEntry entry;
    entry.entryAt = cursor.offset();
    entry.tensor.name = cursor.text("the tensor's name");
    if (cursor.failed()) return entry;
    cursor.setPlace("tensor " + quotedName(entry.tensor.name));
    const auto dimensionsAt = cursor.offset();
    auto dimensions = readDimensions(cursor);
    entry.tensor.dtype = readType(cursor);
    entry.offset = cursor.number<std::uint64_t>("the tensor's offset");
    if (cursor.failed()) return entry;
    entry.byteSize = byteSizeOf(cursor, dimensionsAt, dimensions, entry.tensor.dtype);
    entry.tensor.shape.assign(dimensions.rbegin(), dimensions.rend());
    return entry;
}

void checkOverlaps(GgufCursor& cursor, const std::vector<GgufTensorEntry>& entries)
{
    std::vector<const GgufTensorEntry*> byOffset;
    for (const auto& entry : entries)
        byOffset.push_back(&entry);
    std::ranges::sort(byOffset, {}, &GgufTensorEntry::offset);
    for (std::size_t i = 1; i < byOffset.size(); ++i) {
        const auto &before = *byOffset[i - 1], &after = *byOffset[i];
        if (before.offset + before.byteSize <= after.offset) continue;
        cursor.setPlace("tensor " + quotedName(after.tensor.name));
        cursor.refuse(after.entryAt,
                      fmt::format("its data begin at {}, but those of {} end at {}", after.offset,
                                  quotedName(before.tensor.name), before.offset + before.byteSize));
    }
}

} // namespace

std::optional<std::uint32_t> ggmlTypeOf(DType dtype)
{
    for (const auto& [id, known] : kSupported)
        if (known == dtype) return id;
    return {};
}

std::vector<GgufTensorEntry> readGgufTensorTable(GgufCursor& cursor, std::uint64_t count)
{
    std::vector<GgufTensorEntry> entries;
    entries.reserve(static_cast<std::size_t>(count)); // keeps the names in place for `seen`
    std::unordered_set<std::string_view> seen;
    for (std::uint64_t i = 0; i < count && !cursor.failed(); ++i) {
        cursor.setPlace(fmt::format("tensor {} of {}", i + 1, count));
        entries.push_back(readEntry(cursor));
        if (!cursor.failed() && !seen.insert(entries.back().tensor.name).second)
            cursor.refuse(entries.back().entryAt, "the name occurs twice");
    }
    return entries;
}

std::vector<GgufTensor> placeGgufTensors(GgufCursor& cursor, std::vector<GgufTensorEntry> entries,
                                         std::span<const std::byte> file, std::uint64_t dataStart,
                                         std::uint64_t alignment)
{
    const std::uint64_t dataBytes = dataStart < file.size() ? file.size() - dataStart : 0;
    for (auto& entry : entries) {
        cursor.setPlace("tensor " + quotedName(entry.tensor.name));
        if (entry.offset % alignment != 0)
            cursor.refuse(entry.entryAt, fmt::format("its data begin at {}, expected a multiple of {}",
                                                     entry.offset, alignment));
        else if (entry.offset > dataBytes || entry.byteSize > dataBytes - entry.offset)
            cursor.refuse(
                entry.entryAt,
                fmt::format("its data are {} bytes at {} of the data section, which has only {} bytes",
                            entry.byteSize, entry.offset, dataBytes));
        if (cursor.failed()) return {};
        entry.tensor.bytes = file.subspan(static_cast<std::size_t>(dataStart + entry.offset),
                                          static_cast<std::size_t>(entry.byteSize));
    }
    checkOverlaps(cursor, entries);
    std::vector<GgufTensor> tensors;
    tensors.reserve(entries.size());
    for (auto& entry : entries)
        tensors.push_back(std::move(entry.tensor));
    return tensors;
}

} // namespace boolab
