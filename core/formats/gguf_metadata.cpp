// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_metadata.h"

#include <fmt/format.h>
#include <limits>
#include <type_traits>
#include <unordered_set>

namespace boolab
{

namespace
{

// Value types (ggml docs/gguf.md); the other numbers are in withNumberType().
constexpr std::uint32_t kBool = 7, kString = 8, kArray = 9;
// Vocabularies hold under a million entries; the bound keeps a damaged file from filling the memory.
constexpr std::uint64_t kMaxArrayElements = std::uint64_t{1} << 24;

/// Calls `function` with a value of the C++ type of a numeric GGUF type; false where `type` is no number.
template <class Function> bool withNumberType(std::uint32_t type, Function function)
{
    switch (type) {
    case 0:
        return function(std::uint8_t{}), true;
    case 1:
        return function(std::int8_t{}), true;
    case 2:
        return function(std::uint16_t{}), true;
    case 3:
        return function(std::int16_t{}), true;
    case 4:
        return function(std::uint32_t{}), true;
    case 5:
        return function(std::int32_t{}), true;
    case 6:
        return function(float{}), true;
    case 10:
        return function(std::uint64_t{}), true;
    case 11:
        return function(std::int64_t{}), true;
    case 12:
        return function(double{}), true;
    default:
        return false;
    }
}

bool readBool(GgufCursor& cursor)
{
    const auto at = cursor.offset();
    const auto value = cursor.number<std::uint8_t>("a bool");
    if (value > 1) cursor.refuse(at, fmt::format("a bool is {}, expected 0 or 1", value));
    return value == 1;
}

template <class T> GgufArray readNumbers(GgufCursor& cursor, std::uint64_t count)
{
    using Stored = std::conditional_t<std::is_floating_point_v<T>, double, std::int64_t>;
    std::vector<Stored> values;
    values.reserve(static_cast<std::size_t>(count));
    for (std::uint64_t i = 0; i < count && !cursor.failed(); ++i) {
        const auto at = cursor.offset();
        const T value = cursor.number<T>("an array element");
        if constexpr (std::is_same_v<T, std::uint64_t>)
            if (value > std::numeric_limits<std::int64_t>::max())
                cursor.refuse(at, fmt::format("array element {} is {}, expected less than 2^63", i, value));
        values.push_back(static_cast<Stored>(value));
    }
    return values;
}

GgufArray readBools(GgufCursor& cursor, std::uint64_t count)
{
    std::vector<std::int64_t> values;
    values.reserve(static_cast<std::size_t>(count));
    for (std::uint64_t i = 0; i < count && !cursor.failed(); ++i)
        values.push_back(readBool(cursor));
    return values;
}

GgufArray readTexts(GgufCursor& cursor, std::uint64_t count)
{
    std::vector<std::string> values;
    values.reserve(static_cast<std::size_t>(count));
    for (std::uint64_t i = 0; i < count && !cursor.failed(); ++i)
        values.push_back(cursor.text("a text in an array"));
    return values;
}

GgufArray readArray(GgufCursor& cursor)
{
    const auto at = cursor.offset();
    const auto type = cursor.number<std::uint32_t>("the array's element type");
    const auto countOf = [&](std::size_t bytes) {
        return cursor.count("the array's length", bytes, kMaxArrayElements);
    };
    if (type == kString) return readTexts(cursor, countOf(sizeof(std::uint64_t)));
    if (type == kBool) return readBools(cursor, countOf(1));
    GgufArray values;
    const bool known =
        withNumberType(type, [&]<class T>(T) { values = readNumbers<T>(cursor, countOf(sizeof(T))); });
    if (type == kArray)
        cursor.refuse(ErrorCode::Unsupported, at, "arrays of arrays are not supported",
                      "Remove the key with gguf's gguf_new_metadata script.");
    else if (!known)
        cursor.refuse(
            at, fmt::format("the array's element type is {}, expected 0 (uint8) to 12 (float64)", type));
    return values;
}

GgufValue readValue(GgufCursor& cursor)
{
    const auto at = cursor.offset();
    const auto type = cursor.number<std::uint32_t>("the value's type");
    if (type == kString) return cursor.text("a text");
    if (type == kArray) return readArray(cursor);
    if (type == kBool) return readBool(cursor);
    GgufValue value;
    const bool known = withNumberType(type, [&]<class T>(T) {
        const T number = cursor.number<T>("a number");
        if constexpr (std::is_floating_point_v<T>)
            value = static_cast<double>(number);
        else if constexpr (std::is_signed_v<T>)
            value = static_cast<std::int64_t>(number);
        else
            value = static_cast<std::uint64_t>(number);
    });
    if (!known)
        cursor.refuse(at, fmt::format("the value's type is {}, expected 0 (uint8) to 12 (float64)", type));
    return value;
}

} // namespace

GgufMetadata readGgufMetadata(GgufCursor& cursor, std::uint64_t count)
{
    GgufMetadata metadata;
    metadata.reserve(static_cast<std::size_t>(count)); // keeps the keys in place for `seen`
    std::unordered_set<std::string_view> seen;
    for (std::uint64_t i = 0; i < count && !cursor.failed(); ++i) {
        const auto at = cursor.offset();
        cursor.setPlace(fmt::format("metadata entry {} of {}", i + 1, count));
        auto key = cursor.text("the key");
        if (cursor.failed()) break;
        cursor.setPlace("key " + quotedName(key));
        metadata.emplace_back(std::move(key), readValue(cursor));
        if (!seen.insert(metadata.back().first).second) cursor.refuse(at, "the key occurs twice");
    }
    return metadata;
}

} // namespace boolab
