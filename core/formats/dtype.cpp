// SPDX-License-Identifier: Apache-2.0
#include "core/formats/dtype.h"

#include <array>
#include <utility>

namespace boolab
{

namespace
{

struct Entry {
    DType dtype;
    std::string_view name;
    DTypeLayout layout;
};

constexpr std::array kEntries = {
    Entry{DType::F32, "F32", {1, 4}},       Entry{DType::F16, "F16", {1, 2}},
    Entry{DType::BF16, "BF16", {1, 2}},     Entry{DType::F64, "F64", {1, 8}},
    Entry{DType::I8, "I8", {1, 1}},         Entry{DType::I16, "I16", {1, 2}},
    Entry{DType::I32, "I32", {1, 4}},       Entry{DType::I64, "I64", {1, 8}},
    Entry{DType::U8, "U8", {1, 1}},         Entry{DType::Bool, "BOOL", {1, 1}},
    Entry{DType::Q4_0, "Q4_0", {32, 18}},   Entry{DType::Q4_1, "Q4_1", {32, 20}},
    Entry{DType::Q5_0, "Q5_0", {32, 22}},   Entry{DType::Q5_1, "Q5_1", {32, 24}},
    Entry{DType::Q8_0, "Q8_0", {32, 34}},   Entry{DType::Q2_K, "Q2_K", {256, 84}},
    Entry{DType::Q3_K, "Q3_K", {256, 110}}, Entry{DType::Q4_K, "Q4_K", {256, 144}},
    Entry{DType::Q5_K, "Q5_K", {256, 176}}, Entry{DType::Q6_K, "Q6_K", {256, 210}},
};

const Entry& entryOf(DType dtype)
{
    for (const Entry& entry : kEntries)
        if (entry.dtype == dtype) return entry;
    return kEntries.front();
}

} // namespace

DTypeLayout layoutOf(DType dtype)
{
    return entryOf(dtype).layout;
}

std::string_view nameOf(DType dtype)
{
    return entryOf(dtype).name;
}

} // namespace boolab
