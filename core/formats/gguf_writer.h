// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/gguf_metadata.h"
#include "core/formats/safetensors_writer.h"

namespace boolab
{

/// Writes one GGUF (version 3, alignment 32): metadata and tensor table from the whole plan first, then the
/// tensors one by one in the plan's order, so only one is ever in memory. Unsigned numbers are written as
/// uint32, signed ones as int32 (as 64 bits where they are larger), reals as float32.
class GgufWriter
{
public:
    /// Names of `plan` are ggml's, shapes row-major as everywhere here.
    static Result<GgufWriter> create(const std::filesystem::path& path, const GgufMetadata& metadata,
                                     std::vector<PlannedTensor> plan);

    /// Bytes of the next tensor as they are stored; a tensor may come in several pieces.
    Status writeBytes(std::span<const std::byte> bytes);
    /// Internal where tensors of the plan are missing.
    Status finish();

private:
    GgufWriter() = default;

    std::filesystem::path m_path;
    std::ofstream m_stream;
    std::vector<PlannedTensor> m_plan;
    std::size_t m_next = 0;
    std::int64_t m_written = 0; ///< bytes of the tensor under way
};

} // namespace boolab
