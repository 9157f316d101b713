// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <filesystem>

namespace boolab
{

/// OutOfDisk where `bytes` more would not leave some room free on the disk of `output`.
Status checkDiskRoom(const std::filesystem::path& output, std::int64_t bytes);

} // namespace boolab
