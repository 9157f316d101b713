// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <filesystem>

namespace boolab
{

/// Io where `output` would lie below /proc or the like, which seems full though it is no disk.
Status checkKeepsFiles(const std::filesystem::path& output);

/// OutOfDisk where `bytes` more would not leave some room free on the disk of `output`.
Status checkDiskRoom(const std::filesystem::path& output, std::int64_t bytes);

} // namespace boolab
