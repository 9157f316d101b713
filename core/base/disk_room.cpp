// SPDX-License-Identifier: Apache-2.0
#include "core/base/disk_room.h"

#include "core/base/system_info.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

// Bytes that stay free on the disk.
constexpr std::int64_t kRoomToSpare = 16 << 20;

} // namespace

Status checkKeepsFiles(const std::filesystem::path& output)
{
    if (keepsFiles(output)) return {};
    return fail(ErrorCode::Io,
                fmt::format("{}: cannot be written: the system keeps no files there", output.string()),
                "Choose another output.");
}

Status checkDiskRoom(const std::filesystem::path& output, std::int64_t bytes)
{
    const std::int64_t needed = bytes + kRoomToSpare, free = freeDiskBytes(output);
    if (free < 0 || free >= needed) return {};
    if (auto kept = checkKeepsFiles(output); !kept) return kept;
    return fail(ErrorCode::OutOfDisk,
                fmt::format("{}: needs {:.1f} MB, {:.1f} MB are free", output.string(), double(needed) / 1e6,
                            double(free) / 1e6),
                "Free some disk space or choose another output folder.");
}

} // namespace boolab
