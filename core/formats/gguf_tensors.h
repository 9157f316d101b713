// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/gguf_cursor.h"
#include "core/formats/gguf_file.h"

namespace boolab
{

/// One entry of the tensor table before its place in the file is checked.
struct GgufTensorEntry {
    GgufTensor tensor;        ///< bytes still empty
    std::uint64_t offset = 0; ///< from the start of the data section
    std::uint64_t byteSize = 0;
    std::size_t entryAt = 0; ///< where the entry stands in the file, for errors
};

/// ggml's number of a type; nothing for types that it does not have.
std::optional<std::uint32_t> ggmlTypeOf(DType dtype);

/// The tensor table: names, shapes and types checked; errors are left in the cursor.
std::vector<GgufTensorEntry> readGgufTensorTable(GgufCursor& cursor, std::uint64_t count);

/// Gives each tensor its bytes of `file`, whose data section starts at `dataStart`: aligned, inside the file,
/// no two overlapping. Errors are left in the cursor.
std::vector<GgufTensor> placeGgufTensors(GgufCursor& cursor, std::vector<GgufTensorEntry> entries,
                                         std::span<const std::byte> file, std::uint64_t dataStart,
                                         std::uint64_t alignment);

} // namespace boolab
