// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <filesystem>

namespace boolab
{

/// Keeps an output folder for one process: a locked file beside it, which the system lets go with the
/// process however that ends, and which is removed when the lock is given back.
class OutputLock
{
public:
    /// Usage where another process holds it; the message names that process.
    static Result<OutputLock> take(const std::filesystem::path& output);
    ~OutputLock();
    OutputLock(OutputLock&& other) noexcept;
    OutputLock& operator=(OutputLock&&) = delete;

private:
    OutputLock() = default;
    std::filesystem::path m_file;
    int m_descriptor = -1;
};

} // namespace boolab
