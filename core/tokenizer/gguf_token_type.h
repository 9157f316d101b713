// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace boolab
{

/// tokenizer.ggml.token_type (ggml docs/gguf.md).
struct GgufTokenType {
    enum : std::int64_t { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };
};

} // namespace boolab
