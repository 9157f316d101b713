// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/mapped_file.h"
#include "core/formats/dtype.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace boolab
{

struct SafetensorsTensor {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
};

/// One .safetensors file over mmap: u64 header length, JSON header, data. Header, dtypes, shapes, offsets and
/// overlaps are checked before anything is used. Owns the mapping.
class SafetensorsFile
{
public:
    static Result<SafetensorsFile> open(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_file.path(); }
    std::int64_t fileBytes() const { return static_cast<std::int64_t>(m_file.bytes().size()); }
    const std::vector<SafetensorsTensor>& tensors() const
    {
        return m_tensors;
    } ///< in the order of their data
    /// "__metadata__": what the writer of the file says about it.
    const std::map<std::string, std::string>& metadata() const { return m_metadata; }

private:
    MappedFile m_file;
    std::map<std::string, std::string> m_metadata;
    std::vector<SafetensorsTensor> m_tensors;
};

} // namespace boolab
