// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <string>

namespace boolab
{

/// What went wrong with writing `path`, from errno's `code`: OutOfDisk where there is no room, else Io.
Error writeError(const std::filesystem::path& path, const std::string& what, int code);

} // namespace boolab
