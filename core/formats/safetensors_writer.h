// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/formats/dtype.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace boolab
{

struct PlannedTensor {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;

    std::int64_t byteSize() const;
};

/// Writes one .safetensors: the header from the whole plan first, then the tensors one by one in the plan's
/// order, so only one is ever in memory.
class SafetensorsWriter
{
public:
    static Result<SafetensorsWriter> create(const std::filesystem::path& path,
                                            std::vector<PlannedTensor> plan);

    /// Bytes of the next tensor as they are; a tensor may come in several pieces.
    Status writeBytes(std::span<const std::byte> bytes);
    /// Values of the next tensor, rounded to its planned F32, F16 or BF16 (nearest even).
    Status writeFloats(std::span<const float> values);
    /// Internal where tensors of the plan are missing.
    Status finish();

private:
    SafetensorsWriter() = default;

    std::filesystem::path m_path;
    std::ofstream m_stream;
    std::vector<PlannedTensor> m_plan;
    std::size_t m_next = 0;
    std::int64_t m_written = 0; ///< bytes of the tensor under way
};

} // namespace boolab
