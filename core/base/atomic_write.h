// SPDX-License-Identifier: Apache-2.0
// Files and folders that appear whole or not at all.
#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <string_view>

namespace boolab
{

/// A folder written under a temporary name beside its destination. commit() fsyncs everything and renames it
/// into place; without commit() the destructor removes it, and after a kill the next create() for the same
/// destination does. An existing destination is replaced only by commit(), and kept whole if that fails.
class AtomicFolder
{
public:
    static Result<AtomicFolder> create(const std::filesystem::path& destination);
    ~AtomicFolder();
    AtomicFolder(AtomicFolder&& other) noexcept;
    AtomicFolder& operator=(AtomicFolder&&) = delete;

    /// Where to write.
    const std::filesystem::path& path() const { return m_temporary; }
    Status commit();
    /// The same, but a destination that has come meanwhile stays, and what was written goes.
    Status commitUnlessThere();
    /// Everything written so far is on the disk: for who takes files out of the folder one by one.
    Status sync() const;

private:
    AtomicFolder() = default;
    std::filesystem::path m_temporary;
    std::filesystem::path m_destination;
    int m_lock = -1; ///< of the temporary folder: who can take it knows that its writer is gone
};

/// Writes a file through a temporary name, fsync and rename.
Status writeFileAtomically(const std::filesystem::path& path, std::string_view content);

} // namespace boolab
