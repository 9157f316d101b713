// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <filesystem>
#include <span>

namespace boolab
{

/// A whole file mapped read-only; owns the mapping. Movable, not copyable; reading from several threads is safe.
class MappedFile
{
public:
    MappedFile() = default;
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    static Result<MappedFile> open(const std::filesystem::path& path);

    std::span<const std::byte> bytes() const { return {m_data, m_size}; }
    const std::filesystem::path& path() const { return m_path; }

    /// Gives the memory behind a part of a mapping back to the system; it is read again when next touched.
    static void release(std::span<const std::byte> part);

private:
    const std::byte* m_data = nullptr;
    std::size_t m_size = 0;
    std::filesystem::path m_path;
};

/// A small text file, whole; refuses more than `limit` bytes.
Result<std::string> readTextFile(const std::filesystem::path& path, std::size_t limit = std::size_t{1} << 30);

} // namespace boolab
