// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/gguf_cursor.h"
#include "core/formats/gguf_file.h"

namespace boolab
{

using GgufMetadata = std::vector<std::pair<std::string, GgufValue>>;

/// The `count` keys and values that follow the header; errors are left in the cursor.
GgufMetadata readGgufMetadata(GgufCursor& cursor, std::uint64_t count);

} // namespace boolab
