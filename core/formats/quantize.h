// SPDX-License-Identifier: Apache-2.0
// float32 brought into the types that models are written in; the other way is dequantize() of dtype.h.
#pragma once

#include "core/formats/dtype.h"

#include <vector>

namespace boolab
{

/// `values` as F32, F16 or BF16 (nearest even), or as Q8_0 with every bit as ggml's reference has it: per 32
/// values the scale max|x| / 127 in float16, and x / scale rounded half away from zero. Replaces the content
/// of `destination`. Internal for other types and for values that do not fill blocks.
Status quantize(DType dtype, std::span<const float> values, std::vector<std::byte>& destination);

/// What `values` are once they have been through `dtype`; `memory` is for reuse.
Status roundThrough(DType dtype, std::span<float> values, std::vector<std::byte>& memory);

} // namespace boolab
