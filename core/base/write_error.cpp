// SPDX-License-Identifier: Apache-2.0
#include "core/base/write_error.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>

namespace boolab
{

Error writeError(const std::filesystem::path& path, const std::string& what, int code)
{
    const bool full = code == ENOSPC || code == EDQUOT;
    return {full ? ErrorCode::OutOfDisk : ErrorCode::Io,
            fmt::format("{}: {}: {}", path.string(), what, std::strerror(code)),
            full ? "Free some disk space and try again." : "Check the folder, its permissions and the disk."};
}

} // namespace boolab
