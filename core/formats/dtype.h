// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace boolab
{

/// Element types of tensors in files: safetensors' and ggml's (with ggml's ids, field.md 3.5).
enum class DType {
    F32,
    F16,
    BF16,
    F64,
    I8,
    I16,
    I32,
    I64,
    U8,
    Bool,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q2_K,
    Q3_K,
    Q4_K,
    Q5_K,
    Q6_K
};

/// Elements per block and bytes per block; 1 element for plain types.
struct DTypeLayout {
    std::int64_t blockElements = 1;
    std::int64_t blockBytes = 1;
};

DTypeLayout layoutOf(DType dtype);
std::string_view nameOf(DType dtype);

/// Expands `elements` values to float32, bit for bit as the `gguf` package does.
/// `source` must hold exactly the blocks of `destination.size()` elements, else BadInput.
Status dequantize(DType dtype, std::span<const std::byte> source, std::span<float> destination);

} // namespace boolab
